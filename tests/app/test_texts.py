"""What comes from a scenario is shown as it is and never does anything."""

import pytest

from sim.ui.texts import LONGEST, one_line, plain


@pytest.mark.parametrize(
    "text",
    ["Nurses, night shift (every day 20:00 to 08:00)", "Children's ward", "T&O, 95 % sure: 3 to 4", "Über-ward 3_b"],
)
def test_ordinary_words_stay_as_they_are(text):
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** and _slanted_", r"\*\*bold\*\* and \_slanted\_"),
        ("[here](https://evil.example)", "\\[here\\](https:\u2060//evil.example)"),
        ("![picture](//evil.example/x.png)", "!\\[picture\\](//evil.example/x.png)"),
        ("<script>alert(1)</script>", r"\<script>alert(1)\</script>"),
        (":red[danger] :smile:", ":\u2060red\\[danger\\] :\u2060smile:"),
        ("$x$ `code` ~gone~", r"\$x\$ \`code\` \~gone\~"),
        ("# Title", r"\# Title"),
        ("1. first", r"1\. first"),
        ("www.evil.example", "www\u2060.evil.example"),
        ("a\u202eb\nc\x00d", "a b c d"),
    ],
)
def test_markdown_says_what_it_says_and_does_nothing(text, shown):
    assert plain(text) == shown


def test_long_texts_are_cut():
    assert len(plain("x" * 10_000)) == LONGEST
    assert len(one_line("x" * 10_000)) == LONGEST
