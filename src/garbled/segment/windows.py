"""Windows: the unit that is scored, about 40 to 120 words cut at sentences.

Training and run time cut them by the same function, so that a score means the same in both.
"""

from __future__ import annotations

from collections.abc import Sequence

from garbled.documents import Span

TARGET_WORDS = 70
MIN_WORDS = 25
"""A document with fewer body words is not scored."""


def cut_windows(lengths: Sequence[int], target: int = TARGET_WORDS) -> list[Span]:
    """Group consecutive sentences into windows of nearly equal word counts.

    Args:
        lengths: words in each sentence, in order.
        target: words a window should have; windows come out between about 40 and 120 words
            where the text is long enough and no single sentence is longer.

    Returns:
        Half-open ranges of sentence indices that cover all sentences.

    >>> cut_windows([20, 20, 30, 20, 30, 20])
    [Span(start=0, end=3), Span(start=3, end=6)]
    >>> cut_windows([])
    []
    """
    total = sum(lengths)
    count = max(1, round(total / target))
    windows: list[Span] = []
    start = words = 0
    for index, length in enumerate(lengths):
        words += length
        due = total * (len(windows) + 1) / count
        following = lengths[index + 1] if index + 1 < len(lengths) else 0
        if index + 1 == len(lengths) or (due - words) < (words + following - due):
            windows.append(Span(start, index + 1))
            start = index + 1
    return _merge_short(windows, lengths, target)


def _merge_short(windows: list[Span], lengths: Sequence[int], target: int) -> list[Span]:
    merged: list[Span] = []
    for window in windows:
        words = sum(lengths[window.start : window.end])
        if merged and words < target // 2:
            merged[-1] = Span(merged[-1].start, window.end)
        else:
            merged.append(window)
    if len(merged) > 1 and sum(lengths[: merged[0].end]) < target // 2:
        merged[:2] = [Span(0, merged[1].end)]
    return merged
