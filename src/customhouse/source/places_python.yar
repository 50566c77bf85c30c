// What the Python reader acts upon; see first_look.yar.

rule folded_python {
  strings:
    $reversed = /\[\s{0,4}:\s{0,4}:\s{0,4}-/
    $join = /["']\s{0,4}\.\s{0,4}join/
    $plus = /["']\s{0,80}\+/
    $plus_next = /\+\s{0,80}[rRbBuU]{0,2}["']/
    $method = /["']\s{0,4}\.\s{0,4}(replace|decode|encode|swapcase|split|translate|removeprefix|removesuffix|strip)/
    $chr = "chr" fullword
    $unichr = "unichr" fullword
    $bytes = "bytes" fullword
    $bytearray = "bytearray" fullword
    $fromhex = "fromhex"
  condition:
    any of them
}

rule mentioned_python {
  strings:
    $environ = "environ"
    $eval = "eval" fullword
    $exec = "exec" fullword
    $execfile = "execfile" fullword
    $compile = "compile" fullword
    $importer = "__import__"
    $subprocess = "subprocess" fullword
    $system = "system" fullword
    $popen = /\b[Pp]open\b/
    $spawn = /\b(posix_)?spawn[lv]?p?e?\b/
    $executes = /\bexec[lv]p?e?\b/
  condition:
    any of them
}

rule words_python {
  strings:
    $open = "open" fullword
    $getattr = "getattr" fullword
    $globals = "globals" fullword
    $locals = "locals" fullword
    $vars = "vars" fullword
    $input = "input" fullword
    $reload = "reload" fullword
    $builtins = "__builtins__"
    $builtin = "__builtin__"
    $loader = "__loader__"
    $spec = "__spec__"
    $of_function = "__globals__"
    $of_frame = /\bf(unc)?_(globals|builtins|locals)\b/
    $dictionary = "__dict__"
    $subclasses = "__subclasses__"
    $cookie = /coding[:=]/
    $command = /\b(cmdclass|setup)\b/
    $nfkc = "\\N{"
  condition:
    any of them
}

rule imports_python {
  strings:
    $import = "import" fullword
    $relative = /\bfrom[ \t]{1,8}\.[A-Za-z0-9_.]{0,200}[ \t]{1,8}import\b/
    $future = /\bfrom[ \t]{1,8}__future__[ \t]{1,8}import\b/
  condition:
    #import != #relative + #future
}
