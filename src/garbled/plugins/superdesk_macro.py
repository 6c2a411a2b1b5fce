"""Superdesk's macro "Check for mangled copy": the editor's note says what garbled found.

Superdesk registers what its macros package holds, so a file of the newsroom's own, say
``macros/mangled_copy.py``, has one line::

    from garbled.plugins.superdesk_macro import access_type, action_type, callback, label, name

It can be called from the editor, and be a stage's macro: then every item that arrives there is
checked. It never raises, so it moves and refuses nothing.
"""

from __future__ import annotations

from typing import Any

from garbled.plugins.superdesk import note

name = "garbled_check"
label = "Check for mangled copy"
access_type = "frontend"
action_type = "direct"


def callback(item: Any, **options: Any) -> Any:
    """Note in the editor's note whether a machine mangled the article, and what it broke."""
    return note(item)
