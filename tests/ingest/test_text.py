from garbled.documents import Block
from garbled.ingest import read_bytes
from garbled.ingest.text import text_blocks


def roles(text: str) -> list[tuple[str, str]]:
    return [(block.role, block.text) for block in text_blocks(text)]


def test_blank_lines_part_paragraphs_and_the_first_is_a_headline() -> None:
    assert roles("Pier reopens\n\nThe pier reopened.\n \n\nCrowds came.") == [
        ("headline", "Pier reopens"),
        ("body", "The pier reopened."),
        ("body", "Crowds came."),
    ]


def test_a_first_paragraph_with_a_full_stop_is_no_headline() -> None:
    assert roles("It reopened.\n\nCrowds came.")[0] == ("body", "It reopened.")


def test_a_single_line_is_body() -> None:
    assert roles("Pier reopens") == [("body", "Pier reopens")]


def test_hard_wrapped_lines_are_joined() -> None:
    text = "The harbour board said on Monday that it\nwould close the pier until the\nspring."
    assert text_blocks(text) == [Block(text.replace("\n", " "))]


def test_long_lines_without_blank_lines_are_a_paragraph_each() -> None:
    line = "The harbour board said on Monday that it would close the pier, " * 3
    assert len(text_blocks(f"{line}\n{line}\n{line}")) == 3


def test_short_sentences_on_lines_of_their_own_are_a_paragraph_each() -> None:
    assert len(text_blocks("The pier closed.\nA storm came.\nIt reopened.")) == 3


def test_indented_lines_open_paragraphs() -> None:
    text = "  The board met on Monday and it\nvoted for repairs to the pier that\n"
    text += "  A second vote on the\nroof was put off"
    assert [block.text for block in text_blocks(text, headline=False)] == [
        "The board met on Monday and it voted for repairs to the pier that",
        "A second vote on the roof was put off",
    ]


def test_bulleted_lines_are_a_list() -> None:
    assert [block.role for block in text_blocks("- one pier\n- two piers")] == ["list", "list"]


def test_windows_and_old_mac_line_ends() -> None:
    assert len(text_blocks("One.\r\n\r\nTwo.\r\rThree.")) == 3


def test_id_and_source_are_the_path() -> None:
    [document] = read_bytes(b"The pier reopened.", source="wire/pier.txt")
    assert (document.id, document.source, document.error) == (
        "wire/pier.txt",
        "wire/pier.txt",
        None,
    )
