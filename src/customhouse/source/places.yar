// What the readers of source can act upon, as cheap patterns over bytes.
//
// A file in which no rule of its language matches is plain: parsing it could give no capability, call, decoded string
// or host, and no import but relative ones. So every pattern here errs towards matching (comments and strings count),
// and whatever a reader learns to act on must get a pattern first. The readers also take the places of the rules
// tagged `place` as the only constants worth evaluating, which keeps both in step.

rule hosts {
  strings:
    $url = /:(\/\/|\\\\\/\\\\\/|\\\/\\\/|\/\\|\\\\)/
    $ipv4 = /[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/
    $name = /["'`][A-Za-z0-9][A-Za-z0-9-]{0,62}\.([A-Za-z0-9-]{1,63}\.){0,8}[A-Za-z]{2,24}["'`:\/?.]/
    $relative = /["'`]\/\/[A-Za-z0-9_-]{1,63}\./
    $ipv6 = /["'`]\[?[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,39}\]?(:[0-9]{1,5})?["'`]/
  condition:
    any of them
}

rule encoded_constant {
  strings:
    $run = /["'`][A-Za-z0-9+\/_=-]{24}/
    $run_below = /["'`]\\?\n[A-Za-z0-9+\/_=-]{24}/
    $hex = /["'`]([0-9A-Fa-f]{2}[ :,-]){8}/
    $codes = /["'`]\s{0,4}\[?\s{0,4}[0-9]{1,3}(\s{0,2}[,;| ]\s{0,2}[0-9]{1,3}){7}/
    $escaped = /(\\x[2-7][0-9A-Fa-f]){3}/
    $unicode = /(\\u(00|\{)[2-7][0-9A-Fa-f]\}?){3}/
    $octal = /(\\[0-7]{2,3}){4}/
    $percent = /(%(u00)?[0-9A-Fa-f]{2}){3}/
    $backwards = /(ptth|sptth|tropmi|tpircs|llehsrewop|lruc|tegw|ssecorpbus|lave|cexe|noitcnuf|eriuqer)/
  condition:
    any of them
}

rule unseen {
  strings:
    $not_ascii = /[\x80-\xff]/
    $null = "\x00"
    $return = /\r[^\n]/
    // Of 150 blanks in a row, either 60 spaces or 24 tabs are of one kind, or a space stands before a tab.
    $spaces = "                                                            "
    $tabs = "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t"
    $mixed = / \t[ \t]{20}/
  condition:
    any of them
}
