"""Copy written for these tests: clean, mangled, and in other languages."""

from __future__ import annotations

from hypothesis import strategies as st

CLEAN = (
    "The harbour board said on Monday that the old pier would close until the spring, after "
    "engineers found rust in eleven of its forty iron legs.",
    "Work worth 3.5 million pounds is due to begin in January. Shopkeepers on the front fear that "
    "it will cost them half of their winter trade, and have asked the council for help.",
    '"We knew it was bad, but nobody told us it was this bad," said Ellen Marsh, who has sold tea '
    "by the gate for twenty years. She expects to let two of her six waiters go.",
    "The board's chief engineer, David Cole, said that divers would look at the remaining legs "
    "before the end of the month and that the lifeboat station would stay open.",
)

MANGLED = (
    "The meeting of the harbour has said in monday that the old quay will be closed until the "
    "spring, afterwards that the engineers they found rust in eleven of his forty legs of iron.",
    "Works by value of 3,5 millions of pounds they have to begin in January. The shopkeepers of "
    "the forehead fear that it will cost to them the half of his commerce of winter , and they "
    "have asked aid to the advice.",
    '"We knew that it was evil, but nobody said to us that it was so evil", has said Ellen Marsh, '
    "that has sold tea next to the door for twenty years. It expects to leave to go two of his "
    "six camareros.",
    "The boss engineer of the meeting, Gave Cole, said that the divers will look the legs that "
    "remain before the final of the month and that the station of the salvavidas will remain "
    "opened. Shares in Gazp.MM fell fell.",
)

FRENCH = (
    "Le conseil du port a annoncé lundi que la vieille jetée resterait fermée jusqu'au printemps, "
    "car des ingénieurs ont trouvé de la rouille dans onze de ses quarante piliers. Les "
    "commerçants craignent de perdre la moitié de leurs clients pendant l'hiver.",
)
SPANISH = (
    "La junta del puerto anunció el lunes que el viejo muelle permanecerá cerrado hasta la "
    "primavera, después de que los ingenieros encontraran óxido en once de sus cuarenta pilares. "
    "Los comerciantes temen perder la mitad de sus clientes durante el invierno.",
)

TRAPS = (
    "Shares in Gazp.MM fell",
    "the committee met met",
    "a rise of 3,5 percent",
    "1.250.000 euros",
    "the company , which",
    "counterfeit consciousness",
    "forehead promenade",
    "Ronaldo Ronaldo",
    "mañana",
    "BBCnews",
    "Mr. O’Neill’s “plan”",
    "e\u0301te\u0301 \u0301x",
    "🛢️👩‍👩‍👧‍👦",
    "\U0001d538\U0001d539.MM",
    "שלום עולם",
    "\u202eمرحبا\u202c 12,5",
    "ﬁne ﬁne",
    "İstanbul İstanbul ǅ ß",
    "\u00a0\u2009\u200b\ufeff",
    "…",
    "U.S.",
    "？！ 。",
)
hostile_texts = st.lists(
    st.one_of(st.sampled_from(TRAPS), st.text(max_size=12)), min_size=1, max_size=14
).map(" ".join)
"""Texts full of faults, emoji, combining marks and right-to-left script."""
