"""The texts that kubectl was asked to read: every one the same in every run.

A case is either the end of a manifest, behind HEAD, or a whole file.
"""

import random

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"

WORDS = """
~ null Null NULL nULL nil none true True TRUE tRUE false False FALSE y Y yes Yes YES yES n N no No NO nO on On ON oN
off Off OFF oFF t f 0 -0 +0 7 +12 -12 00 0777 -017 08 09 0o17 0O17 -0o17 0o8 0o 0x1F 0X1f -0x1F +0x1F 0x 0xg 0b101
0B101 -0b101 0b-101 0b+11 -0b-1 0b12 0b +0b11 1_000 1__0 1_ _1 0x_1F 0_7 9007199254740993 9223372036854775807
9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616
+18446744073709551615 99999999999999999999999 0x1ffffffffffffffff 0xffffffffffffffff -0xffffffffffffffff
0o7777777777777777777777777 0b11111111111111111111111111111111111111111111111111111111111111111 1,000 --1 + - +- 1.5 1.0
1.10 -2.50 +.5 -.5 .5 5. .5_0 ._5 .5_ 1_000.5 1_0.0_1 0.0 -0.0 1e3 1E+3 12e03 1e-3 1e-6 1e-7 1e-10 1e20 1e21 .5e400
.1e-400 123456789012345680000.0 1.7976931348623157e308 5e-324 1e-400 -1e-400 1e400 -1e400 1e 1e+ . .. .e5 1.2.3 0x1p-2
.0x1p4 1f inf Inf infinity NaN nan .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF .nan .NaN .NAN .Nan +.nan
2001-01-01 2001-1-1 2001-12-14T21:59:43.10Z 2001-12-14t21:59:43.10-05:00 2001-13-01 20:03:20 12:30:45 190:20:30 1:00
-1:30 1:30.5 100m 10Gi 1Ki v1 0.1.2 10.0.0.1 1.2.3-rc.4 = << <<x x<< a:b a::b :a a: -a ?a a#b #a a,b a[b a]b a{b a}b
[a ]a {a }a *a &a !a %a @a `a |a >a 'a "a a' a" a\\b \\n a\tb http://a.b:80/c?d=e#f a=b $(a) ${a} {{a}} /a/b a@b.c 1a 1-2
1_a 0.5.5 1e5e5 0755 0644 007 1:2:3 \u00e9 \u65e5\u672c \U0001f600 \u00a0 \u2028 \ufeff \x85 \x7f
""".split()

PHRASES = ["yes please", "a b c", "a  b", "a #b", "a # b", "- a", "? a", "a: b", "a :b", "- - a", "a - b", "[a, b]", "{a: b}",
           "[a,,b]", "[a, b,]", "{a, b}", "{a: , b}", "[a: b]", "[: b]", "[? a: b]", "{? a}", "{? a : b}", "[]", "{}", "[ ]",
           "[[a], {b: [c]}]", "{a: 'b', \"c\": d}", "{a:1}", "{a:1, b:2}", "{\"a\":1}", "{'a':1}", "[a:b, http://c]",
           "[\"a\":b]", "[a ,b]", "[a#b]", "[a #b\n  ]", "[a\n  , b\n  ]", "{a\n  : b}", "{a: b\n  c, d: e}", "[a]b", "[a] b",
           "{a: b} c", "'a' b", "\"a\" b", "'a''b'", "'a'b'", "\"a\\\"b\"", "\"a'b\"", "'a\"b'", "''", "\"\"", "' '", "\" \"",
           "'\t'", "\"\t\"", "a\tb", "a \t b", "\ta", "a\t", "a\t#b", "a \t#b", "!!str 5", "!!str", "!!str yes", "!!str ~", "!!int 5",
           "!!int \"5\"", "!!int '0x10'", "!!int x", "!!int 1.5", "!!int ''", "!!float 3", "!!float 1.5", "!!float x", "!!float .inf",
           "!!float 0x10", "!!bool yes", "!!bool 'no'", "!!bool 1", "!!null ''", "!!null ~", "!!null x", "!!null",
           "!!timestamp 2001-01-01", "!!timestamp '2001-01-01'", "!!binary aGk=", "!!binary aGk", "!!binary ''",
           "!!binary '%'", "!!binary AA==", "!!binary |\n    aG\n    k=", "!!map {}", "!!seq []", "!!map []", "!!seq {}",
           "!!str []", "!!set {a, b}", "!!omap [a: b]", "!custom 5", "!custom {a: b}", "! 5", "! \"5\"", "! yes", "! ''", "!<tag:yaml.org,2002:str> 5",
           "!<tag:yaml.org,2002:int> '5'", "!<x> 5", "!a!b 5", "!!x%21y 5", "!!%zz 5", "! [a]", "!!str &a 5", "&a !!str 5", "&a &b 5", "!!str !!int 5",
           "&a", "&a b", "*a", "&a [*a]", "[&a b, *a]", "[&a b, *a , *a]", "[*a, &a b]", "{x: &a b, y: *a}", "{&a x: y, z: *a}", "{&a x: 1, *a : 2}",
           "[&a b, &a c, *a]", "[&a [&a b, *a], *a]", "[&a {b: c}, *a, {*a : d}]", "[&a-b c, *a-b]", "[&a,b]", "[& b]", "[* a]",
           "{<<: {a: 1}, a: 2}", "{a: 2, <<: {a: 1}}", "{a: 1, <<: [{a: 2}, {a: 3, b: 4}]}", "{<<: {<<: {a: 1}, b: 2}}", "{<<: {a: 1}, <<: {b: 2}}",
           "{'<<': {a: 1}}", "{!!merge <<: {a: 1}}", "{!!merge '<<': {a: 1}}", "{!!str <<: {a: 1}}", "{<<: 1}", "{<<: }", "{<<: ~}", "{<<: [1]}", "{<<: []}", "{<<: {}}",
           "[&a {b: 1}, {<<: *a, b: 2}, {b: 2, <<: *a}]", "[&a [{b: 1}], {<<: *a}]", "[&a {b: 1}, &c {b: 2, d: 3}, {<<: [*a, *c]}]", "[&a 1, {<<: *a}]",
           "[<<]", "<<", "{a: 1, a: 2}", "{a: {b: 1}, a: {c: 2}}", "{a: 1, 'a': 2, \"a\": 3}", "{1: a}", "{-5: a}", "{0x10: a}", "{010: a}", "{true: a}", "{yes: a}",
           "{off: a}", "{1.5: a}", "{1.0: a}", "{1e3: a}", "{1e6: a}", "{0.1: a}", "{123456.7: a}", "{1234567.5: a}", "{0.00001: a}", "{1e300: a}",
           "{-1e300: a}", "{.inf: a}", "{.nan: a}", "{-0.0: a}", "{2001-01-01: a}", "{~: a}", "{null: a}", "{: a}", "{'': a}",            "{9223372036854775807: a}", "{[a]: b}", "{{a: b}: c}", "{? [a] : b}", "{? {a: b} : c}", "{!!str 1.0: a}", "{!!int '1': a}", "{'~': a}",
           "{!!null '': a}", "{!!binary aGk=: a}", "{a: 1, ? b, c}", "{? : a}", "{?: a}", "{a: b, }", "{, a: b}", "{,}", "[,]", "[, a]", "[a, , b]", "{a:: b}",
           "{a: :b}", "[-]", "[- a]", "[-a]", "{-: a}", "[--- a]", "[... a]", "|", ">", "|x", "| x", "|# x", "| # x", "|0", "|10", "|-+", "|+-", "|1-1", "|--",
           "a\n b", "a\nb", "a\n\n b", "'a\n b'", "'a\nb'", "\"a\nb\"", "\"a\\\n  b\"", "\"a \\\n  b\"", "\"a\\ \n  b\"", "a\n  b: c", "a: b\n  c: d", "\n  a: b\n c: d",
           "\n  a\n  b", "\n- a\n- b", "\n  - a\n - b", "\n - a\n  - b", "\n- a\nb", "\n  - a\n  b: c", "\n  b: c\n  - a", "\n  a:\n  - b\n  c: d", "\n  a:\n  -b", "\n  ? a\n  : b",
           "\n  ? a\n  ? b\n", "\n  ? - a\n  : b", "\n  ? |\n    a\n  : b", "\n  : b", "\n  a: b\n  : c", "\n  a\n  : b", "\n  a: b: c", "\n  'a': b", "\n  'a' : b", "\n  'a'b: c",
           "\n  \"a\" : b", "\n  \"a\\nb\": c", "\n  'a\n  b': c", "\n  a b: c", "\n  a\n  b: c", "\n  a : b", "\n  a :b", "\n  a:b", "\n  [a]: b", "\n  {a: b}: c", "\n  *x : b",
           "\n\t- a", "\n  -\ta", "\n  - \ta: b", "\n  -\ta: b", "\n  a:\tb", "\n  a\t: b", "\n  a: b\t", "\n\ta: b", "\n \ta: b", "\n  a: b\n\t\n  c: d", "\n  a: b\n \t# x\n  c: d",
           "\n  a: |\n\tb", "\n  a: |\n   \tb", "\n  a: >\n   b\n   \tc\n   d", "#a", " #a", " # a\n  b", " # a\n  b: c", "a # b\n c", "a\n # b\n c", "'a' # b", "'a'# b", "[a]# b", "a # b\n# c",
           "\n# a\n  b: c\n# d\n  e: f", "\n  b: c\n # d\n   e: f", "\n  b:\n# d\n    e: f", "%a", "\n%a", "a\n%a", "|\n  a\n%a", "'a\n%a'", "|\n  a\n b", "|\n    a\n  b", "|\n  a\n  b\n c: d",
           "|\n   a\n  b\n", ">\n   a\n  b: c\n", "|2\n   a\n  b\n", "|\n\n\n   a\n", "|\n     \n   a\n", "|\n   \n     a\n", "|\n  a\n     \n  b\n", "|\n  a\n\n\n", "|-\n  a\n\n\n", "|+\n  a\n\n\n",
           "|+\n\n\n", "|-\n\n\n", "|\n\n\n", ">+\n\n\n", "|+\n  a\n# b\n", "|+\n  a\n # b\n", "|+\n  a\n  # b\n", "|+\n  a\n\n# b\n\n", "|\n# b\n", "|\n # b\n", "|\n  # b\n", "|\n# b\n  a\n", "|\n a\n# b\n a\n",
           "\"\\0\"", "\"\\x41\\u00e9\\U0001F600\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\q\"", "\"\\x4\"", "\"\\xzz\"", "\"\\u12\"",
           "\"\\U00110000\"", "\"\\\t\"", "\"a\\", "\"a", "'a", "[a", "{a", "{a: b", "[a, b\nc: d", "\"a\nc: d", "'a\n---\nb'", "\"a\n---\nb\"", "\"a\n...\nb\"",            "|\n  ---\n  a\n", "|\n  a\n ---\n", "a\n  ---\n  b", "a\n  ...\n", "\x00", "a\x00b", "\x01", "a\x0bb", "a\x0cb", "a\x7fb", "a\x85b", "a\u00a0b", "a\u2028b", "a\u2029b", "a\ufeffb", "\ufeffa",            "\ufffe", "\uffff", "\U0001f600", "\x80", "\x9f", "'a\u2028 b'", "|\n  a\u2028  b\n", "|\n  a\x85  b\n", "a\r b", "a\r\n b", "|\r\n  a\r\n  b\r\n", "'a\r\n\r\n  b'", "|\n  a\r  b\n", "a\rb: c", "\r  a: b\r  c: d",
           "\r\n  a: b\r\n  c: d\r\n", "a\r\r\n b", "|\r\r\n  a\r\r\n  b\r\r\n"]

# Where kubectl differs.
PHRASES_ONCE = ["!!float 9223372036854775808",
                "!!timestamp x",
                "!!binary 'a Gk='",
                "{18446744073709551615: a}",
                "{9223372036854775808: a}",
                "{a? : b}",
                "\"\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\/\\\\\\N\\_\\L\\P\"",
                "\"a\n---b\"",
                "\"\n-----BEGIN X-----\n\"",
                "--- a",
                "---a",
                "... a",
                "\n\ufeffb: c",
                "\n  a: b\n\ufeff  c: d",
                "\"a\n--- b\"",
                "\"\\'\"", "[a:, b]", "[!, b]", "!a]b c", "[a?b]", "!", "! ", "{! : a}", "\"\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\\\\\N\\_\\L\\P\""]


def scalar_cases():
    for phrase in PHRASES_ONCE:
        yield "k: " + phrase + "\n"
    for word in WORDS + PHRASES:
        yield "k: " + word + "\n"
    for word in WORDS:
        yield "- " + word + "\n"
        yield word + ": k\n"
        yield "k: [" + word + ", " + word + "]\n"
        yield "k: {" + word + ": " + word + "}\n"
        yield "k: '" + word + "'\n"
        yield "k: \"" + word + "\"\n"
        yield "k: \"" + word + "\"\n"
        yield "k: >-\n  " + word + "\n"
    for phrase in PHRASES:
        yield "k: " + phrase
        yield "k: " + phrase + "\nj: l\n"
        yield "k:\n- " + phrase + "\n"
        yield "k:\n  - " + phrase + "\n  - j\n"
        yield "k: [" + phrase + "]\n"
        yield "k:\n  ? " + phrase + "\n  : j\n"
        yield phrase + ": j\n"
        yield phrase + "\n"


LINES = ["a", "b c", "", "", "", " ", "  ", "\t", "  \t", "a ", " a", "  a", "a  ", "\ta", "a\t", "a: b", "- a", "# a", "a # b", "#", "'", "''", "\"", "\\", "\\n",
         "a\\", "\\ b", "[a", "a]", "{", "%a", "...", "---", "a\u00e9", ": a", "a:", "&a", "*a", "!a", "1", "~", "yes", "|", "a,b", "a, b", "@", "\x85", "\u2028"]
ENDS = ["", "\n", "\n\n", "\n\n\n", "\n  ", "\n    ", "\n  \n", "\n    \n", "\n     \n\n", "\n\t\n", "\nj: l\n", "\n\nj: l\n", "\n \nj: l\n", "\n# c\n", "\n  # c\n", "\n    # c\n", "\n   # c\nj: l\n",
        "\n\n# c\n\nj: l\n", "\n...\n", "\n\n...\n", "\n j\n", "\n  j: l\n", "\n    \n# c", "\r\n", "\r\n\r\n", "\n\n\n\n\n"]


def block_scalar(rng):
    header = rng.choice("|>") + rng.choice(["", "", "-", "+"]) + rng.choice(["", "", "", "", " ", " # c", "  ", "\t"])
    if rng.random() < 0.2:
        header = rng.choice("|>") + rng.choice(["1", "2", "3", "4", "9", "2-", "+2", "2+", "-3"])
    indent = rng.choice([1, 2, 2, 2, 3, 4])
    lines = [rng.choice(LINES) for _ in range(rng.randint(0, 5))]
    shift = [rng.choice([0, 0, 0, 0, 0, 1, 2, -1]) for _ in lines]
    return header + "".join("\n" + " " * max(indent + s, 0) * (line != "" or rng.random() < 0.3) + line for line, s in zip(lines, shift))


def flow_scalar(rng):
    quote = rng.choice(["", "'", "\""])
    lines = [rng.choice(LINES) for _ in range(rng.randint(1, 5))]
    if quote and rng.random() < 0.8:
        lines = [line.replace("\\", "\\\\").replace("\"", "") if quote == "\"" else line.replace("'", "") for line in lines]
        if quote == "\"" and rng.random() < 0.3:
            lines[0] += rng.choice(["\\", " \\", "\\n", "\\ ", "\\t", "\\x41"])
    if not quote and lines[0].strip() == "":
        lines[0] = "a"
    indent = rng.choice([0, 1, 2, 2, 4])
    return quote + ("\n" + " " * indent).join(lines) + quote


def multi_line_cases(rng, count):
    for i in range(count):
        scalar = block_scalar(rng) if i % 2 else flow_scalar(rng)
        place = rng.choice(["k: ", "k: ", "k: ", "k: ", "k:\n  ", "k:\n- ", "k:\n  - ", "k: !!str ", "k: &a ", "k: !!int ", "k:\n  j: "])
        yield place + scalar + rng.choice(ENDS)


BASES = ["k:\n  a: 1\n  b: [x, {y: z}, 'q']\n  c:\n  - d\n  - e: f\n    g: \"h\\n\"\n",
         "data:\n  a.conf: |\n    x=1\n      y\n\n    z\n  b: >-\n    t\n    u\n\n    v\nbinaryData: {}\n",
         "k: &a\n  x: 1\nj:\n  <<: *a\n  y: !!str 2\nl: [*a , &b c, *b ]\n",
         "spec:\n  containers:\n  - name: a\n    args: [\"-c\", 'echo \"x\"', --y=z]\n    # note\n    env:\n    - {name: A, value: \"1\"}\n",
         "k: 'it''s\n\n  two'\nj: \"a\\\n  b\n\n  c\"\nl: plain\n  more\n\n  text\n",
         "? a\n: - b\n  - ? c\n    : d\n? |\n  e\n: {f: [g, h], ? i : j}\n"]
PIECES = list(" \n\t:-?,[]{}#&*!|>'\"%@`~=0a.\\") + ["\n\n", "  ", ": ", "- ", " #", "\n  ", "\n ", "---\n", "...\n", "\n---\n", "\n%a\n", "<<: ", "'", "\"", "\n\t", ",,", "? "]


def mutated_cases(rng, count):
    for i in range(count):
        text = BASES[i % len(BASES)]
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            at = rng.randrange(len(text) + 1)
            cut = rng.choice([0, 0, 1, 1, 2])
            text = text[:at] + rng.choice(PIECES + [""] * 5) + text[at + cut:]
        if rng.random() < 0.1:
            text = text.rstrip("\n")
        yield text


def bounded_cases():
    """At the edge of what the parser takes."""
    for size in (126, 127, 1000, 1023, 1024, 1025, 1026, 1100):
        yield "a" * size + ": b\n"
        yield "'" + "a" * size + "': b\n"
        yield "\"" + "a" * size + "\": b\n"
        yield "? " + "a" * size + "\n: b\n"
        yield "k: {" + "a" * size + ": b}\n"
        yield "k: {\"" + "a" * size + "\": b}\n"
        yield "k: [" + "a" * size + ": b]\n"
        yield "\u00e9" * (size // 2) + ": b\n"
        yield "a" + " " * size + ": b\n"
        yield "k: " + "a" * size + "\n"
    for depth in (10, 50, 100, 190):
        yield "k: " + "[" * depth + "]" * depth + "\n"
        yield "k: " + "{a: " * depth + "b" + "}" * depth + "\n"
        yield "k:\n" + "- " * depth + "a\n"
        yield "k:\n" + "".join(" " * i + "a:\n" for i in range(1, depth))


def objects(*names):
    return ["{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"%s\"}}" % name for name in names]


def documents(*names):
    return [HEAD.replace("name: a", "name: " + name) for name in names]


def file_cases():
    """Whole files, as bytes."""
    a, b, c = documents("a", "b", "c")
    ja, jb, jc = objects("a", "b", "c")
    bom = "\ufeff"
    texts = [a, a.rstrip("\n"), a + "\n\n", "", "\n", "# c\n", "---\n", "---\n---\n", "...\n", "--- ~\n---\n" + a, "null\n", "~\n---\n" + a, " \n\t\n" + a]
    for separator in ("---\n", "---\n---\n", "\n---\n\n", "--- \n", "---\t\n", "--- # c\n", "---# c\n", "---#c\n", "---\r\n", "----\n", "---a\n", "--- a\n", "--- {}\n", "--- |\n", "--- !!map\n", "--- &a\n", " ---\n",
                      "...\n", "...\n---\n", "... \n---\n", "... # c\n---\n", "...a\n---\n", "%YAML 1.1\n---\n", "...\n%YAML 1.1\n---\n", "---\n%YAML 1.1\n---\n", "---\n# c\n---\n", "---\n" + bom, "---\n" + bom + "---\n", bom + "---\n",
                      "---\n" + bom + "# c\n", "---\n" + bom + "\n", "#---\n", "---\n~\n---\n", "---\n''\n---\n", "---\n...\n---\n"):
        texts += [a + separator + b, a + separator + b + separator + c, separator + a, a + separator, separator + ja, ja + "\n" + separator + jb + "\n" + separator + jc, ja + separator + b, a + separator + jb]
    for between in ("", " ", "\n", "\n\n", "\r\n", "\t", ",", "\n,\n", ";", "\n# c\n", " # c\n", "\n---\n", "---\n", "\n--- # c\n", "\n...\n", "x", "\n" + bom, "]", "}"):
        texts += [ja + between + jb, ja + between + jb + between + jc, ja + between, between + ja, ja + between + b]
    texts += [ja[:-1] + ",\"k\":%s}" % value for value in ("1", "1.0", "-0", "1e3", "1E400", "01", "+1", ".5", "1.", "0x10", "123456789012345678901234567890", "9223372036854775807", "18446744073709551615", "true", "yes", "True", "null", "~", "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
              "\"\\/\"", "\"\\x41\"", "\"\\u0000\"", "\"a\tb\"", "\"a\nb\"", "'a'", "a", "[1,]", "[1,,2]", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1},\"a\":{\"c\":2}}", "{a:1}", "{\"<<\":{\"a\":1}}", "{\"a\" : 1}", "{\"a\":1,}", "{1:2}", "[1 2]", "\"\x7f\"", "\"\u2028\"", "[\t1]", "1 // c", "1 # c", "/* */1", "NaN", "Infinity", "\"" + "k" * 2000 + "\"", "{\"" + "k" * 2000 + "\":1}")]
    texts += [a + "k: |\n  x", a + "k: |\n  x\n---\n" + b, a + "k: |\n  x\n\n\n---\n" + b, a + "k: |+\n  x\n\n\n---\n" + b, a + "k: >+\n  x\n\n", a + "k: |+\n  x\n\n\n...\n---\n" + b, a + "k: |\n  x\n%a\n---\n" + b, a + "k: 'x\n---\ny'\n", a + "k: |\n  x\n---x\n",
              a + "k: \"x\n---\n" + b + "\"\n", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}} {x: y}", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n{x: y}\n", "%YAML 1.1\n" + a, "%YAML 1.2\n---\n" + a,
              "%FOO bar\n---\n" + a, "%TAG ! tag:x,2000:\n---\n" + a, "%YAML 2.0\n---\n" + a, "%\n---\n" + a, a + "%YAML 1.1\n", a + "%\n", "&a\n" + a, "!!map\n" + a, "--- !!map\n" + a, "--- &a\n" + a, "---\n  " + a.replace("\n", "\n  "), "  " + a.replace("\n", "\n  ").rstrip(" "), "\t" + a,
              a.replace("\n", "\r\n"), a.replace("\n", "\r"), a.replace("\n", "\r\r\n"), a + "---\r\n" + b.replace("\n", "\r\n"), a.replace("\n", "\x85"), a + "\x0c", a + "\x1a", a + "\x00", bom + a, bom + "---\n" + a, bom + "\n" + a, bom + bom + a, bom + "# c\n" + a, bom + ja, bom + ja + jb, a + "---\n" + bom + b + "---\n" + bom + c,
              bom + a + bom + b, bom + a + "\n" + bom + "---\n" + b, bom, bom + "\n", "x", "- a", "[" + ja + "]", "'x'", "5", "x: y", "[]", "{}"]
    for text in texts:
        yield text.encode("utf-8", "surrogatepass")
    for text in (a, a + "k: \u00e9\u65e5\U0001f600\n", a + "---\n" + b, ja, ja + "\n" + jb, a.replace("\n", "\r\n"), "", "\n"):
        for codec, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
            yield mark + text.encode(codec)


def behind_head(mutated, multi_line, seed=1):
    rng = random.Random(seed)
    seen = set()
    for cases in (scalar_cases(), bounded_cases(), multi_line_cases(rng, multi_line), mutated_cases(rng, mutated)):
        for text in cases:
            if text not in seen:
                seen.add(text)
                yield text
