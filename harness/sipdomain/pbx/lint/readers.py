"""Each kind of configuration, read into sections and settings; what is not understood is passed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain, islice
from typing import Final

from sipdomain.pbx.lint.document import Document, Kind, Section, Setting, Spot

_MOST_TEMPLATES: Final = 10
"""How many templates of one section are looked at."""
_MOST_INHERITED: Final = 200
"""How many settings a section takes over from its templates at most."""
_HEAD: Final = re.compile(r"\s*\[([^\]]+)(?:\]\s*(?:\(([^)]*)\))?|$)")
_PAIR: Final = re.compile(r"\s*([\w./-]+)\s*=>?\s*(.*?)\s*$")
_INCLUDE: Final = re.compile(r"^\s*(#\s*(try)?include|#exec|include_file|import_file)\b|X-PRE-PROCESS")
_PARAM: Final = re.compile(r'<param\s+name\s*=\s*"([^"]*)"\s+value\s*=\s*"([^"]*)"')
_GATEWAY: Final = re.compile(r'<gateway\s+name\s*=\s*"([^"]*)"')
_ASSIGNED: Final = re.compile(r"^\s*(\$\w+|[a-z_]\w*)\s*=(?!=)\s*(.*?);?\s*$")
_MODULE: Final = re.compile(r'modparam\(\s*"([^"]+)"\s*,\s*"([^"]+)"\s*,\s*"?([^")]*)')
_ACCOUNT: Final = re.compile(r'<([^>]*)>|;\s*([a-z_0-9]+)\s*=\s*("[^"]*"|[^;]*)')


def _without_semicolons(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Blank Asterisk's comments: what follows a `;` that no backslash stands before, and what `;--` and `--;` enclose."""
    return tuple(
        re.sub(r"(?<!\\);.*$", lambda found: " " * len(found[0]), line)
        for line in _without_blocks(lines, ";--", "--;")
    )


def _without_hashes(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Blank comments from a `#` on that begins a line or follows a space; `#!` is a directive."""
    return tuple(re.sub(r"(^|\s)(#(?!!).*|//.*)$", lambda found: " " * len(found[0]), line) for line in lines)


def _without_blocks(lines: tuple[str, ...], begin: str, end: str) -> tuple[str, ...]:
    """Blank what stands between two marks, over several lines too."""
    text, parts, at = "\n".join(lines), list[str](), 0
    while (start := text.find(begin, at)) >= 0 and (stop := text.find(end, start + len(begin))) >= 0:
        parts += [text[at:start], re.sub(r"[^\n]", " ", text[start : stop + len(end)])]
        at = stop + len(end)
    return tuple("".join([*parts, text[at:]]).split("\n"))


def _asterisk(code: tuple[str, ...]) -> tuple[Section, ...]:
    found: list[Section] = []
    own: list[Setting] = []
    templates: dict[str, Section] = {}

    def finish() -> None:
        if found:
            found[-1] = replace(found[-1], settings=tuple(own))
            if found[-1].is_template:
                templates[found[-1].name] = found[-1]
        own.clear()

    for number, line in enumerate(code, 1):
        if head := _HEAD.match(line):
            finish()
            flags = [each.strip() for each in (head[2] or "").split(",") if each.strip()][:_MOST_TEMPLATES]
            parents = [templates[each] for each in flags if each in templates]
            given = (each for parent in parents for each in (*parent.inherited, *parent.settings))
            inherited = tuple(islice(given, _MOST_INHERITED))
            spot = Spot(number, head.start(1), len(head[1]) + 2)
            found.append(Section(head[1], (), spot, inherited, "!" in flags, "+" in flags))
        elif pair := _PAIR.match(line):
            spot = Spot(number, pair.start(1) + 1, len(line.strip()))
            own.append(Setting(pair[1].lower(), pair[2].replace("\\;", ";"), spot))
    finish()
    return tuple(found)


def _freeswitch(code: tuple[str, ...]) -> tuple[Section, ...]:
    found: list[Section] = []
    own: list[Setting] = []
    for number, line in enumerate(code, 1):
        for each in re.finditer(f"{_GATEWAY.pattern}|{_PARAM.pattern}|</gateway>", line):
            spot = Spot(number, each.start() + 1, len(each[0]))
            if each[1] is not None:
                found.append(Section(each[1], (), spot))
                own.clear()
            elif each[2] is not None:
                own.append(Setting(each[2], each[3], spot))
            elif found:
                found[-1] = replace(found[-1], settings=tuple(own))
    return tuple(found)


def _kamailio(code: tuple[str, ...]) -> tuple[Section, ...]:
    settings = []
    for number, line in enumerate(code, 1):
        if module := _MODULE.search(line):
            spot = Spot(number, module.start() + 1, len(module[0]))
            settings.append(Setting(f"{module[1]} {module[2]}", module[3], spot))
        elif assigned := _ASSIGNED.match(line):
            spot = Spot(number, assigned.start(1) + 1, len(line.strip()))
            settings.append(Setting(assigned[1], assigned[2].strip(), spot))
    return (Section("", tuple(settings), Spot(1, 1)),)


def _baresip(code: tuple[str, ...]) -> tuple[Section, ...]:
    found = []
    for number, line in enumerate(code, 1):
        if "<" in line:
            settings = [
                Setting("uri" if each[1] else each[2], (each[1] or each[3] or "").strip('"'),
                        Spot(number, each.start() + 1, len(each[0])))
                for each in _ACCOUNT.finditer(line)
            ]  # fmt: skip
            found.append(Section("", tuple(settings), Spot(number, line.index("<") + 1)))
    return tuple(found)


_READERS: Final[
    Mapping[
        Kind,
        tuple[Callable[[tuple[str, ...]], tuple[str, ...]], Callable[[tuple[str, ...]], tuple[Section, ...]]],
    ]
] = {
    "pjsip": (_without_semicolons, _asterisk),
    "sip": (_without_semicolons, _asterisk),
    "freeswitch": (lambda lines: _without_blocks(lines, "<!--", "-->"), _freeswitch),
    "kamailio": (lambda lines: _without_hashes(_without_blocks(lines, "/*", "*/")), _kamailio),
    "baresip": (_without_hashes, _baresip),
}


def read(text: str, kind: Kind) -> Document:
    """Return a configuration, read as one of a kind."""
    lines = tuple(text.splitlines())
    strip, parse = _READERS[kind]
    code = strip(lines)
    return Document(kind, lines, code, parse(code), not any(map(_INCLUDE.search, lines)))


_SIGNS: Final[tuple[tuple[Kind, re.Pattern[str], re.Pattern[str]], ...]] = (
    ("freeswitch", re.compile(r"gateway.*\.xml$"), re.compile(r"^[^#;\n]*<gateway\s", re.MULTILINE)),
    ("kamailio", re.compile(r"^kamailio.*\.cfg$"), re.compile(r"^#!KAMAILIO|^[ \t]*request_route\b", re.MULTILINE)),
    ("pjsip", re.compile(r"^pjsip.*\.conf$"),
     re.compile(r"^[ \t]*type\s*=\s*(aor|auth|endpoint|identify|registration|wizard)[ \t]*$", re.MULTILINE)),
    ("sip", re.compile(r"^sip[\w-]*\.conf$"), re.compile(r"^[ \t]*type\s*=>?\s*(peer|friend|user)[ \t]*$", re.MULTILINE)),
    ("baresip", re.compile(r"^accounts$"),
     re.compile(r'^[ \t]*(?:"[^"\n]*"\s*)?<sips?:[^>\n]*>\s*;\s*[a-z_]+=', re.MULTILINE)),
)  # fmt: skip


def kind_of(name: str, text: str) -> Kind | None:
    """Return of which program a file is, by its name or, where that says nothing, by what is in it; None for no PBX's.

    Args:
        name: The last part of its path.
        text: What is in it.
    """
    by_name = (kind for kind, named, _ in _SIGNS if named.search(name))
    by_content = (kind for kind, _, held in _SIGNS if held.search(text))
    return next(chain(by_name, by_content), None)
