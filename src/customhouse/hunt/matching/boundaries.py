"""What may stand beside an indicator, as regular expressions over bytes, and how writers take indicators' teeth out.

Logs hold text in other forms than it was said: percent-encoded, escaped for JSON, in quotes of every script. What
stands before an indicator there is a letter to the eye of a regular expression, and no part of the name.
"""

#: A character that a label of a host name, or a word, goes on with; beyond ASCII every byte counts as one.
_BEFORE = rb"[A-Za-z0-9_\x80-\xff-]"
#: Letters that are the end of something else: `%2F`, JSON's `\n` and `\u0022`; and bytes beyond ASCII that are no
#: letter: Latin-1's signs, U+2000 to U+2BFF (quotes, dashes, arrows, frames), and CJK's punctuation.
_NO_LETTER = (
    rb"(?<=%2[0-9A-CEFa-cef])",
    rb"(?<=%3[A-Fa-f])",
    rb"(?<=%[0457][0BDbd])",
    rb"(?<=\\[nrtbf])",
    rb"(?<=\\u[0-9A-Fa-f]{4})",
    rb"(?<=\xc2[\x80-\xbf])",
    rb"(?<=\xe2[\x80-\xaf][\x80-\xbf])",
    rb"(?<=\xe3\x80[\x80-\xbf])",
    rb"(?<=[\x00-\x7f][\x80-\xbf])",
)
#: Nothing before it makes the word longer.
START = rb"(?:(?<!" + _BEFORE + rb")|" + rb"|".join(_NO_LETTER) + rb")"
#: Nothing after it makes the word longer; of the bytes beyond ASCII only those that begin a letter do.
END = rb"(?![A-Za-z0-9_\xc3-\xe1\xe4-\xef-])"
#: A dot, also where it was made harmless (`[.]`, `(.)`, `{.}`, `[dot]`, `(dot)`), and `(3)`, as Windows' DNS logs.
DOT = rb"(?:\.|\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\([1-9][0-9]?\))"
#: What tells that dots near it may be written so.
HARMLESS_DOTS = (b"[.]", b"(.)", b"{.}", b"[dot]", b"(dot)", b"(0)")
#: A slash, escaped as JSON may, or percent-encoded.
SLASH = rb"(?:\\?/|%2[Ff])"
#: What separates the parts of a path, doubled where it was escaped.
SEPARATOR = rb"(?:\\{1,4}|/{1,2})"
