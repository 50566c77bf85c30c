// What the JavaScript and TypeScript reader acts upon; see first_look.yar.

rule words_javascript {
  strings:
    $process = "process" fullword
    $global = "global" fullword
    $globalThis = "globalThis"
    $window = "window" fullword
    $self = "self" fullword
    $top = "top" fullword
    $parent = "parent" fullword
    $frames = "frames" fullword
    $document = "document" fullword
    $location = "location" fullword
    $navigator = "navigator" fullword
    $storage = /\b(local|session)Storage\b/
    $database = "indexedDB"
    $crypto = "crypto" fullword
    $chrome = /\b(chrome|browser|ethereum|web3|solana|Deno|Bun|bun|deno)\b/
    $this_key = /\bthis\s{0,8}(\?\.)?\s{0,8}\[/
    $eval = "eval" fullword
    $constructor = "constructor"
    $generator = "GeneratorFunction"
    $fetch = /fetch/ nocase
    $xhr = "XMLHttpRequest"
    $active = "ActiveXObject"
    $wscript = "WScript"
    $socket = /Socket/ nocase
    $beacon = /beacon/ nocase
    $event_source = "EventSource"
    $rtc = "RTCPeerConnection"
    $worker = /Worker/
    $scripts = "importScripts"
    $image = "Image" fullword
    $buffer = "Buffer" fullword
    $base64 = /\b(atob|btoa)\b/
    $reflect = "Reflect" fullword
    $proxy = "Proxy" fullword
    $timer = /\bset(Timeout|Interval|Immediate)\b/
    $tick = /nextTick|queueMicrotask/
    $char_code = /from(CharCode|CodePoint)/
    $decoder = /TextDecoder|decodeURI|unescape|inflate|gunzip|brotli|DecompressionStream/
    $reverse = /\breverse\b/
    $split = /\bsplit\b/
    $join = /["'`]\s{0,4}\)\s{0,4}\.\s{0,4}join|\]\s{0,8}\.\s{0,8}join/
    $concat = "concat" fullword
    $prototype = "__proto__"
    $wasm = "WebAssembly"
    $axios = "axios" fullword
    $jquery = /\$\s{0,4}\.\s{0,4}(ajax|get|post)\b/
    $arguments = "callee"
    $exec = /\bexec(File|Sync|FileSync)?\s{0,8}\(/
    $spawn = /\bspawn(Sync)?\b/
    $environment = /\benv\b/
    $dirname = /__(dirname|filename)\b/
    $escape = /\\[xu0-7]/
    $continued = /\\\r?\n/
    $plus = /["'`]\s{0,80}\+/
    $plus_next = /\+\s{0,80}["'`]/
    $template = "${"
    $key = /\[\s{0,40}[^\]\s'"0-9][^\]]{0,80}\]\s{0,8}(\?\.\s{0,8})?\(/
    $key_string = /\[\s{0,40}["'`][^\]]{0,80}\]\s{0,8}(\?\.\s{0,8})?[\(\[.]/
    $with = /\bwith\s{0,8}\(/
    $hashbang = /^#!/
    $html = "<!--"
    $debug = "debugger"
    $old_global = "GLOBAL" fullword
    $loaders = /\b(_compile|_load|createRequire|dlopen|execScript|getBuiltinModule|mainModule|runIn(New|This)Context)\b/
    $native = /\.(node|wasm|dll|so|dylib)["'`]/
    $letterless = /[\[\]()!+]{60}/
  condition:
    any of them
}

rule imports_javascript {
  strings:
    // Every `import` is either followed by names, and then by a `from`, or by a relative specifier.
    $import = "import" fullword
    $import_names = /\bimport(\s{1,4}[A-Za-z_$*{]|[*{])/
    $import_relative = /\bimport\s{0,4}["']\.{1,2}["'\/]/
    $from = "from" fullword
    $export = "export" fullword
    $from_relative = /\bfrom\s{0,4}["']\.{1,2}["'\/]/
    $require = "require"
    $require_relative = /\brequire\s{0,4}\(\s{0,4}["']\.{1,2}(\/[^"'\n\r+]{0,200})?["']\s{0,4}\)/
    $define = /\bdefine\s{0,4}\(/
    $system = "System" fullword
  condition:
    $define or $system or #require != #require_relative or #import != #import_names + #import_relative or
    ((#import > 0 or #export > 0) and #from != #from_relative)
}

rule acting_words_javascript {
  strings:
    // `module.exports` and the type in a comment's `@param {Function}` are how ordinary code says these words.
    $module = "module" fullword
    $module_exports = /\bmodule\.exports\b/
    $function = "Function" fullword
    $function_type = /@[a-z]{1,16} \{[^}\n]{0,80}\bFunction\b/
  condition:
    #module != #module_exports or #function != #function_type
}
