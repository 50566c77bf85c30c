"""Fuzzes the JavaScript reader: it never fails, its facts can be stored, and what is plain calls nothing.

The first byte chooses the grammar, and whether the rest is text or numbers of words.
Run: `python fuzz/fuzz_javascript_source.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from fact_invariants import check, words

    from customhouse.source.first_look import first_look
    from customhouse.source.javascript.parse import parse
    from customhouse.source.javascript.reader import read_javascript

NAMES = ("a.js", "a.mjs", "a.jsx", "a.ts", "a.tsx", "a.cjs", "a.d.ts", "a")
WORDS = [
    "require(", "import(", "import a from", "eval(", "Function(", "new Function", "process", "process.env", ".env",
    "globalThis", "this", "child_process", "exec", "execSync(", "spawn(", "fs", ".readFileSync(", ".writeFileSync(",
    "Buffer.from(", "atob(", "'base64'", "'aHR0cHM6Ly9hLnRlc3Q='", "String.fromCharCode(", "0x61,", "97", ".split('')",
    ".reverse()", ".join('')", ".map(", "x => x", "=>", "function f(", "async", "await", "class A {", "extends", "get",
    "constructor", "[", "]", "(", ")", "{", "}", "`", "${", "'", '"', "/", "/*", "*/", "//", "\n", ";", ",", ".", "?.",
    "=", "==", "===", "+", "+=", "^", "%", "!", "&&", "||", "??", "?", ":", "...", "if (", "else", "for (", "of", "in",
    "while (true)", "switch (", "case", "try {", "catch (e) {", "return", "throw", "const a =", "let", "var _0x1a2b =",
    "a", "b", "_0x1a2b(", "true", "null", "\\x61", "\\u0061", "'use strict'", "export default", "<a>", "</a>", "as",
    "Proxy(", "Reflect.get(", "setTimeout(", "new Date(2026", "navigator.language", "'exit'", "module.exports",
]  # fmt: skip


def one(data: bytes) -> None:
    if not data:
        return
    name = NAMES[data[0] % len(NAMES)]
    text = words(data[1:200], WORDS) if data[0] & 0x80 else data[1:]
    language = "typescript" if "ts" in name else "javascript"
    facts = read_javascript(name, text, language)
    check(facts, text)
    # what no engine would run may still look like a call to a parser that mends what it reads
    plain = first_look(text, language).plain and not parse(name, text)[1].root_node.has_error
    if plain and facts.calls:  # what it hides is not looked for where nothing can use it
        raise AssertionError(facts)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
