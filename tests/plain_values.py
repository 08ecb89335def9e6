"""Hypothesis strategies for the plain values that a scenario file can hold."""

import unicodedata

from hypothesis import strategies as st

from sim.scenario.reading.characters import refused_in_value
from sim.scenario.reading.evidence import MEMBER_SECTIONS, is_evidence
from sim.scenario.reading.scalars import refused_date

TRAPS = (
    *(
        "yes",
        "NO",
        "on",
        "22:00",
        "010",
        "1_000",
        "4,5",
        "1e3",
        "0x1F",
        ".inf",
        "nan",
        "~",
        "null",
        "true",
        "",
        " ",
        "a ",
    ),
    *(
        "+12",
        "-2",
        "- 2",
        "x 1.1",
        "x 2",
        "30 %",
        "45 min",
        "-15 min",
        "remove",
        "rest",
        "value",
        "2026-01-05",
        "75+",
        "0-17",
    ),
    *(
        "Ward #3",
        "Ward 3: MAU",
        "a:",
        "#",
        "- a",
        "[a]",
        "{a: 1}",
        '"quoted"',
        "it's",
        "a\nb",
        "a\n\nb\n",
        "\na",
        "a\n",
        "%",
        "@",
    ),
    *(
        "–",
        "“so”",
        "Où attend-on ?",
        "A&E",
        "ﬁ",
        "ʼ",
        "Ａ",
        "!tag",
        "*star",
        "&amp",
        "<<",
        "? a",
        "| b",
        "> c",
        "`",
        "---",
        "...",
    ),
    *("word " * 60, "x" * 300, "many words " * 20 + "# no comment"),
)


def can_be_written(text: str) -> bool:
    return not refused_date(text) and all(one == "\n" or refused_in_value(one) is None for one in text)


SIGNS = "".join(map(chr, range(32, 127))) + "\néßØñ–—“”’²½€£µ日本Ωж\U0001f600"
texts = st.sampled_from(TRAPS) | st.text(SIGNS, max_size=12).filter(can_be_written)
numbers = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts
names = st.sampled_from(["a", "b", "c", "value", "source", "by", "gamma", "beta", "rest", "at_least"]) | texts.filter(
    lambda text: text != "" and "\n" not in text and len(text) < 100
)
plain = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
steps = st.lists(
    st.sampled_from(["ready", "vacate"])
    | st.dictionaries(
        st.sampled_from(["triage", "stay", "enter", "one of", "value"]) | names, plain, min_size=1, max_size=1
    ),
    max_size=5,
)


def fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def valid(value, path=()) -> bool:
    """Whether a value is one that reading can give: no evidence left in it, no two names that look alike."""
    if isinstance(value, list):
        return all(valid(inner, (*path, place)) for place, inner in enumerate(value))
    if not isinstance(value, dict):
        return True
    if path and is_evidence(path, value):
        return False
    if len({fold(name) for name in value}) < len(value):
        return False
    if "value" in value and any(name != "value" for name in value):  # a misspelt source is refused
        return False
    return all(valid(inner, (*path, name)) for name, inner in value.items())


@st.composite
def scenarios(draw) -> dict:
    """Whole scenarios by shape only: sections with named members, pathways with steps, anything inside."""
    data = draw(
        st.dictionaries(st.sampled_from(["wardflow", "name", "about", "run", "costs", "targets"]), plain, max_size=3)
    )
    for section in draw(st.sets(st.sampled_from(MEMBER_SECTIONS), max_size=3)):
        member = steps if section == "pathways" else plain
        data[section] = draw(st.dictionaries(names, member, max_size=3))
    return data


valid_scenarios = scenarios().filter(valid)
