from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.documents import ROLES, Block, Document, Role
from garbled.segment.roles import MAX_RULE_LENGTH, _rules, assign_roles, matching_rule

BODY = [
    "The harbour board said on Monday that the old pier would close until the spring.",
    "Engineers found rust in eleven of its forty iron legs, the board said in a statement.",
    "Shopkeepers on the front fear that it will cost them half of their trade.",
]

RECOGNISED = {
    "byline": [
        "By Jane Doe",
        "BY JANE DOE",
        "by Jane Doe",
        "By Jane Doe and John Roe in Paris",
        "By Jane Doe, Staff Writer",
        "By Jane Doe | Harbour Reporter",
        "By The Associated Press",
        "Jane Doe, Staff Writer",
        "Jane Doe Political Correspondent",
        "Written by Jane O'Neil-Smith",
        "jane.doe@herald.example",
    ],
    "dateline": [
        "LONDON, March 3 (Reuters) -",
        "PARIS (AFP) –",
        "WASHINGTON, April 12 —",
        "Published 12 March 2024",
        "Last updated: 3 March 2024, 10:15 GMT",
        "March 3, 2024",
        "3 hours ago",
    ],
    "caption": [
        "FILE PHOTO: A crane stands on the pier.",
        "FILE - A crane stands on the pier on May 3.",
        "Image caption, The pier in March",
        "The harbour master waves from the old pier on Monday. (AP Photo/Jane Doe)",
        "A crane stands on the pier. REUTERS/Jane Doe",
    ],
    "credit": [
        "Photo: Jane Doe",
        "Photo by Jane Doe",
        "(AP Photo/Jane Doe)",
        "Image source, Getty Images",
        "Getty Images",
        "Jane Doe/Getty Images",
        "Reporting by Jane Doe; Editing by John Roe",
        "(Reporting by Jane Doe in London and John Roe in Paris; editing by Sam Coe)",
        "Additional reporting by Jane Doe",
        "Jane Doe contributed to this report.",
        "Associated Press writers Jane Doe in London and John Roe contributed to this report.",
        "With files from Jane Doe",
        "-- AFP",
        # machine-translated
        "Information of María López; Editing for Juan Pérez",
        "(Reports of María López in Madrid; edited for Juan Pérez)",
        "Wording of María López and Ana Díaz; revision for Juan Pérez",
        "Edit for Jane Doe and John Roe)",
    ],
    "note": [
        "Editor's note: This story has been updated with a statement of the board.",
        "Editor’s Note: Names have been changed.",
        "Correction: An earlier version misspelled the chairman's name.",
        "Clarification (March 3): The pier has forty legs.",
        "An earlier version of this article misstated the age of the pier.",
        "(Corrects the date in the second paragraph)",
        "(It adds details of the vote)",
    ],
    "furniture": [
        "Sign up for our newsletter",
        "Sign up here to get the best of the harbour in your inbox every morning.",
        "Like this story? Sign up for our weekly newsletter.",
        "Related:",
        "Related stories",
        "Read more: Pier to close for a year",
        "More on this story",
        "Click here to read about the pier.",
        "Comments are closed.",
        "We reserve the right to remove comments that are abusive or off the subject.",
        "To continue reading, subscribe today.",
        "Already a subscriber? Log in",
        "© 2024 The Harbour Herald",
        "Copyright 2024 Harbour Herald. No part may be used.",
        "The Harbour Herald 2024. All rights reserved.",
        "Share this article",
        "Facebook Twitter WhatsApp Email",
        "Advertisement",
        "- Advertisement -",
        "Story continues below advertisement",
        "This article was originally published by The Harbour Herald.",
        "The post Pier reopens appeared first on Harbour Herald.",
        "* * *",
        "ENDS",
        "https://herald.example/pier",
    ],
}

ARTICLE = [
    "By Tuesday the river had fallen by a metre and the ferries ran again.",
    "By Monday Night, most ferries had stopped.",
    "By sea, the town is an hour from the capital.",
    "By John Smith's account, the pier was never safe.",
    "Related parties sued the harbour board over the closure.",
    "Related costs rose to £3 million, the board said.",
    "Sign-ups rose by a third after the closure was announced.",
    "Sign language will be taught at the school from May.",
    "Photo editors say that the picture was cut.",
    "Photos of the pier spread across the town within an hour.",
    "Picture the scene: a pier, a storm and no lights.",
    "Reporting by the BBC showed that the pier was unsafe.",
    "Reporting by Reuters showed that the board knew of the rust in 2019.",
    "Editing genes in barley could save the crop, its authors said.",
    "Correction facilities in the county are full.",
    "Corrections officers walked out on Friday.",
    "Share prices fell after the announcement.",
    "Shares in Harbour Holdings closed down 3 percent.",
    "Comments are due by Friday, the agency said.",
    "Comment was sought from the board on Monday.",
    "Subscribers to the newsletter were told first.",
    "Subscribe numbers fell, said the publisher.",
    "Copyright law does not cover the name of a pier.",
    "Advertisements for the post will appear in May.",
    "Advertising on the pier is banned.",
    "Published figures showed that 12 piers had closed since 1990.",
    "Updated plans for the 2024 season were put before the council.",
    "Read more books, the minister told the pupils.",
    "More from the fund will follow in May, she said.",
    "Follow the money, he said.",
    "Jane Doe, a staff writer on the paper for years, wept.",
    "Jane Doe contributed to the campaign of the mayor.",
    "The report was published in the journal of the institute on Monday.",
    "This report was published by the ministry in May.",
    "The Associated Press first reported the closure.",
    "Reuters could not verify the report.",
    "London (and not Paris) won the vote.",
    "He posted it (a photo of the dog).",
    "With files stacked to the ceiling, the office looked shut.",
    "With Reuters unable to reach him, the story ran on Friday.",
    "Smith beat Maria Lopez; Jones lost to Juan Perez.",
    "Close the pier, they said.",
    "Contact with the ship was lost at noon.",
    "All rights of way across the pier are closed.",
    "Editors note that the style has changed.",
    "Note that the pier is closed.",
    "Watch out for falling iron, the sign says.",
    "Support for the pier is falling.",
    "Become a pilot, his mother told him.",
    "To continue, the board needs the council's consent.",
    "You have reached the end of the pier, says the sign.",
    "May 3 was the last day of the old pier.",
    "End of story.",
]


def document(*texts: str | Block) -> Document:
    blocks = [Block(text) if isinstance(text, str) else text for text in texts]
    return Document.from_blocks(blocks, id="a", source="a.txt")


def roles(*texts: str | Block) -> list[str]:
    return [paragraph.role for paragraph in assign_roles(document(*texts)).paragraphs]


@pytest.mark.parametrize(
    ("role", "text"), [(role, text) for role, texts in RECOGNISED.items() for text in texts]
)
def test_furniture_is_recognised(role: str, text: str) -> None:
    assert roles(*BODY, text)[-1] == role


@pytest.mark.parametrize("text", ARTICLE)
def test_a_sentence_of_the_article_stays_body(text: str) -> None:
    assert roles(text, *BODY) == ["body"] * 4
    assert roles(*BODY, text) == ["body"] * 4


@pytest.mark.parametrize("text", RECOGNISED["furniture"][:6])
def test_a_long_paragraph_is_not_furniture_for_its_opening(text: str) -> None:
    assert roles(f"{text} " + " ".join(BODY * 3), BODY[0])[0] == "body"


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("body", "list")])
def test_a_role_set_by_the_parser_is_kept(role: Role) -> None:
    assert roles(Block("Lead text.", "body"), Block("Advertisement", role))[1] == role


def test_credit_pairs_count_only_at_the_end() -> None:
    pairs = "Wording of Ana Lopez; revision for Juan Perez"
    assert roles(pairs, *BODY, "It stays shut.", "It is old.")[0] == "body"
    assert roles(*BODY, pairs)[-1] == "credit"


def test_short_lines_under_a_heading_of_links_are_furniture() -> None:
    texts = (BODY[0], "Read more:", "Storm shuts the pier", "Rust found in its legs", BODY[1])
    assert roles(*texts) == ["body", "furniture", "furniture", "furniture", "body"]


def test_a_heading_of_links_that_the_parser_marked_opens_the_list_too() -> None:
    texts = (Block("Related stories", "subhead"), Block("Storm shuts the pier", "list"), BODY[0])
    assert roles(*texts) == ["subhead", "furniture", "body"]


def test_an_equal_paragraph_is_a_duplicate_whatever_its_quotes() -> None:
    texts = (f"“{BODY[0]}”", BODY[1], f'"{BODY[0].upper()}"')
    assert roles(*texts) == ["body", "body", "duplicate"]


def test_a_short_paragraph_may_recur() -> None:
    assert roles("He paused.", BODY[0], "He paused.") == ["body"] * 3


def test_an_article_repeated_with_its_short_paragraphs() -> None:
    article = [BODY[0], "He paused.", BODY[1], "“No.”", BODY[2]]
    assert roles(*article, *article) == ["body"] * 5 + ["duplicate"] * 5


def test_an_article_repeated_in_one_paragraph() -> None:
    assert roles(*BODY, " ".join(BODY)) == ["body"] * 3 + ["duplicate"]


def test_a_caption_is_not_copied_by_the_body() -> None:
    assert roles(Block(BODY[0], "caption"), BODY[0]) == ["caption", "body"]


@given(st.lists(st.sampled_from(["A b c.", *BODY, "By Jane Doe", "Related:", "x"]), max_size=30))
def test_only_roles_change(texts: list[str]) -> None:
    before = document(*texts)
    after = assign_roles(before)
    as_before = [
        replace(paragraph, role=old.role)
        for paragraph, old in zip(after.paragraphs, before.paragraphs, strict=True)
    ]
    assert tuple(as_before) == before.paragraphs
    assert replace(after, paragraphs=before.paragraphs) == before
    assert assign_roles(after) == after


def test_rules_are_named_anchored_and_give_known_roles() -> None:
    assert {rule.role for rule in _rules()} <= set(ROLES)
    assert len({rule.name for rule in _rules()}) == len(_rules())
    assert all(rule.pattern.pattern.removeprefix("(?i)").startswith("^") for rule in _rules())


HOSTILE = [
    "A",
    "A.",
    "Aa ",
    "By Aa ",
    "share ",
    "(AP ",
    "Photo: ",
    "Aa; ",
    "x-",
    "and Jane Doe, ",
    "1 ",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("opening", ["", "By ", "(Reporting by ", "(Wording of ", "Published "])
def test_no_rule_backtracks_without_bound(piece: str, opening: str) -> None:
    text = (opening + piece * MAX_RULE_LENGTH)[: MAX_RULE_LENGTH - 1] + "!"
    for rule in _rules():
        rule.pattern.search(text, timeout=20)  # linear takes milliseconds; else TimeoutError


def test_a_million_character_word_is_left_alone() -> None:
    assert matching_rule("a" * 1_000_000) is None
    assert roles("a" * 1_000_000, *BODY)[0] == "body"


def test_a_section_label_above_the_body_is_furniture():
    body = "The council agreed on Tuesday to mend the harbour bridge before winter."
    blocks = [Block("Politics"), Block(body), Block("Nobody spoke"), Block("Rain fell.")]
    document = Document.from_blocks(blocks, id="a", source="a")
    assert [p.role for p in assign_roles(document).paragraphs] == [
        "furniture",
        "body",
        "body",
        "body",
    ]


def test_the_end_of_the_body_is_found_before_the_page_s_furniture():
    body = [
        "The council agreed on Tuesday to mend the harbour bridge before winter.",
        "Engineers had warned for years that salt water was eating into the steel.",
        "Two lanes of it have been closed to lorries and buses since the spring.",
        "The work will cost nine million dollars and should be done by November.",
        "The mayor said after the vote that nobody would lose a job over it.",
    ]
    sign_off = "Report for Marcus Timbre and Teresa Vance; Edit for Franc Russo"
    blocks = [*map(Block, body), Block(sign_off), Block("Comments", "furniture")]
    document = Document.from_blocks([*blocks, *map(Block, body)], id="a", source="a")
    roles = [p.role for p in assign_roles(document).paragraphs]
    assert roles == [*["body"] * 5, "credit", "furniture", *["duplicate"] * 5]
