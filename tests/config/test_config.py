"""Which file counts, what it may say, and the one line that says what is wrong with it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from garbled.config import Config, ServeConfig, StoreConfig, find_config, load_config
from garbled.config.effective import effective
from garbled.config.files import MAX_BYTES, parse_config
from garbled.config.keys import FEED, GENERAL, SERVE, STORE
from garbled.config.toml import add_feed, feed_table, quoted
from garbled.errors import GarbledError
from garbled.policy import Policies, Policy

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

WHOLE = """
tier = "full"
grammar = false
prior = 0.2
review = 0.4
hold = 0.8
house_list = "names.txt"
model = "model"

[store]
path = "memory/results.sqlite"
enabled = false
retention_days = 30
keep_text = false

[serve]
host = "0.0.0.0"
port = 9000
max_seconds = 2.5

[feeds."wire/fr.xml"]
prior = 0.4
review = 0.5
hold = 0.9

[feeds."wire/*"]
hold = 0.85
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with what ``WHOLE`` names."""
    folder = tmp_path / "desk" / "sub"
    folder.mkdir(parents=True)
    (folder / "names.txt").write_text("Corvane\n")
    (folder / "model").mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(folder: Path, content: str, name: str = "garbled.toml") -> Path:
    (folder / name).write_text(content)
    return folder / name


def test_everything_can_be_said(desk: Path) -> None:
    file = write(desk, WHOLE)
    assert load_config() == Config(
        tier="full",
        grammar=False,
        prior=0.2,
        review=0.4,
        hold=0.8,
        house_list=desk / "names.txt",
        model=desk / "model",
        feeds=(
            ("wire/fr.xml", Policy(prior=0.4, review=0.5, hold=0.9)),
            ("wire/*", Policy(hold=0.85)),
        ),
        store=StoreConfig(desk / "memory/results.sqlite", False, 30, False),
        serve=ServeConfig(host="0.0.0.0", port=9000, max_seconds=2.5),  # noqa: S104
        source=file,
        stated=load_config().stated,
    )
    assert len(load_config().stated) == len(GENERAL) + len(STORE) + 3


def test_every_field_has_its_key() -> None:
    own = {field.name for field in fields(Config)} - {"feeds", "store", "serve", "source", "stated"}
    assert own == set(GENERAL)
    assert {field.name for field in fields(StoreConfig)} == set(STORE)
    assert {field.name for field in fields(ServeConfig)} == set(SERVE)
    assert set(FEED) < {field.name for field in fields(Policy)}


def test_defaults_without_a_file(desk: Path) -> None:
    assert load_config() == Config()
    assert Config().policies == Policies()


def test_paths_start_at_the_file_and_may_start_at_home(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(desk, 'house_list = "names.txt"\nmodel = "~/sub/model"')
    monkeypatch.setenv("HOME", str(desk.parent))
    monkeypatch.chdir("/")
    config = load_config(file)
    assert (config.house_list, config.model) == (desk / "names.txt", desk / "model")


def test_the_nearest_file_counts(desk: Path) -> None:
    above = write(desk.parent, 'tier = "full"')
    assert find_config() == above
    write(desk, "[project]\nname = 'garbled-desk'\n", "pyproject.toml")
    assert find_config() == above, "a pyproject.toml without [tool.garbled] is none"
    near = write(desk, '[tool.garbled]\ntier = "fast"', "pyproject.toml")
    assert find_config() == near
    assert load_config().tier == "fast"
    own = write(desk, "prior = 0.3")
    assert find_config() == own
    assert load_config().tier == "auto", "files are not mixed"


def test_an_empty_table_of_pyproject_is_a_configuration(desk: Path) -> None:
    write(desk.parent, 'tier = "full"')
    write(desk, "[tool.garbled]", "pyproject.toml")
    assert load_config().tier == "auto"


def test_a_broken_pyproject_of_another_tool_is_none_of_ours(desk: Path) -> None:
    write(desk, "[tool.other\n", "pyproject.toml")
    assert load_config() == Config()
    file = write(desk, "[tool.garbled\n", "pyproject.toml")
    with pytest.raises(GarbledError, match=r"not TOML: .*line 1") as error:
        load_config()
    assert str(error.value).startswith(f"{file}: ")
    write(desk, "tool = 'garbled'", "pyproject.toml")
    assert load_config() == Config()


def test_a_named_file_is_read_whatever_its_name(desk: Path) -> None:
    write(desk, 'tier = "full"')
    assert load_config(write(desk, 'tier = "fast"', "night.conf")).tier == "fast"
    assert load_config(Path(os.devnull)) == Config(source=Path(os.devnull))
    with pytest.raises(GarbledError, match=r"has no \[tool.garbled\]"):
        load_config(write(desk, "", "pyproject.toml"))
    with pytest.raises(GarbledError, match="cannot be read: No such file"):
        load_config(desk / "none.toml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('teir = "fast"', "unknown key teir; did you mean tier?"),
        (
            "[store]\nkeep_texts = true",
            "unknown key store.keep_texts; did you mean store.keep_text",
        ),
        ("xyzzy = 1", "unknown key xyzzy; it can be tier, grammar, prior, review, hold,"),
        (
            "[feeds.a-b]\npriro = 0.1",
            'unknown key feeds."a-b".priro; did you mean feeds."a-b".prior',
        ),
        ('tier = "slow"', "tier is one of fast, full, auto, not 'slow'"),
        ("tier = 1", "tier is one of fast, full, auto, not 1"),
        ("tier = []", "tier is one of fast, full, auto, not []"),
        ('grammar = "no"', "grammar is true or false, not 'no'"),
        ("prior = 0", "prior is a share between 0 and 1, not 0"),
        ("prior = true", "prior is a share between 0 and 1, not True"),
        ("review = nan", "review is a share between 0 and 1, not nan"),
        ('hold = "0.9"', "hold is a share between 0 and 1, not '0.9'"),
        ("review = 0.8\nhold = 0.7", "hold (0.7) is below review (0.8)"),
        (
            '[feeds."w"]\nreview = 0.8\nhold = 0.7',
            'feeds."w".hold (0.7) is below feeds."w".review (0.8)',
        ),
        ('house_list = "none.txt"', "house_list names no file: "),
        ('house_list = "a\\u0000b"', "house_list is a text in quotes, not 'a\\x00b'"),
        ('model = "names.txt"', "model names no folder: "),
        ('model = "~nobody-of-that-name/x"', "model names a home folder that is not known"),
        ("[store]\nretention_days = -1", "store.retention_days is a whole number from 0 to 36500,"),
        ("[store]\nretention_days = 1.5", "store.retention_days is a whole number from 0"),
        ("[serve]\nport = 70000", "serve.port is a whole number from 0 to 65535, not 70000"),
        ("[serve]\nmax_seconds = 0", "serve.max_seconds is a number of seconds above 0"),
        ("[serve]\nmax_seconds = inf", "serve.max_seconds is a number of seconds above 0"),
        ("store = true", "store is a table, [store]"),
        ("[[serve]]\nport = 1", "serve is a table, [serve]"),
        ("[feeds]\nprior = 0.1", "feeds.prior is a table, [feeds.prior]"),
        ("tier = ", "not TOML: Invalid value (at end of document)"),
        ("tier = 'fast'\ntier = 'fast'", "not TOML: Cannot overwrite a value (at"),
        ("x = " + "[" * 100_000, "not TOML: "),
        ("#" * (MAX_BYTES + 1), "longer than 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(desk: Path, content: str, said: str) -> None:
    file = write(desk, content)
    with pytest.raises(GarbledError) as error:
        load_config()
    assert str(error.value).startswith(f"{file}: {said}")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


def test_a_file_in_another_encoding_is_refused(desk: Path) -> None:
    (desk / "garbled.toml").write_bytes(b'[feeds."caf\xe9"]\nprior = 0.1\n')
    with pytest.raises(GarbledError, match="not TOML: 'utf-8' codec"):
        load_config()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said(desk: Path) -> None:
    write(desk, "").chmod(0)
    with pytest.raises(GarbledError, match="cannot be read: Permission denied"):
        load_config()


def test_a_feed_goes_before_its_refit_and_that_before_all_copy() -> None:
    config = Config(
        prior=0.2,
        hold=0.8,
        feeds=(("w/*", Policy(prior=0.3)), ("own", Policy(hold=0.9)), ("x", Policy(prior=0.5))),
    )
    refits = {feed: Policy(shift=0.4) for feed in ("w/fr", "own", "x", "plain")}
    policies = config.policies_with(refits)
    assert policies.of("w/fr#1") == Policy(prior=0.3, hold=0.8, shift=0.4)
    assert policies.of("w/de#1") == Policy(prior=0.3, hold=0.8)
    assert policies.of("own#1") == Policy(prior=0.2, hold=0.9), "it states its thresholds"
    assert policies.of("x#1") == Policy(prior=0.5, hold=0.8, shift=0.4)
    assert policies.of("plain#1") == Policy(prior=0.2, hold=0.8, shift=0.4)
    assert policies.of("else#1") == Policy(prior=0.2, hold=0.8)
    assert config.policies_with({}) == config.policies


def test_each_value_is_shown_with_where_it_is_from(desk: Path) -> None:
    write(desk, 'tier = "full"\nprior = 0.2\n[store]\nkeep_text = false\n[feeds."w/*"]\nhold = 0.9')
    refits = {"w/fr": Policy(shift=0.4), "plain": Policy(shift=-0.1)}
    shown = list(effective(load_config(), {"prior": 0.3}, {"review": 0.26}, refits))
    values = {setting.key: setting[1:] for setting in shown}
    assert values["tier"] == ("full", "file")
    assert values["prior"] == (0.3, "option")
    assert values["review"] == (0.26, "model")
    assert values["grammar"] == (True, "default")
    assert values["store.keep_text"] == (False, "file")
    assert values["store.enabled"] == (True, "default")
    assert values['feeds."w/*".hold'] == (0.9, "file")
    assert values['feeds."plain".shift'] == (-0.1, "labels")
    assert 'feeds."w/fr".shift' not in values, "its thresholds are stated"
    assert {
        *GENERAL,
        *(f"store.{key}" for key in STORE),
        *(f"serve.{key}" for key in SERVE),
    } <= set(values)


def test_a_feeds_lines_are_added_and_all_else_stays(desk: Path) -> None:
    before = "# The night desk's.\ntier = 'fast'  # no Java\n[feeds.\"a\"]\nprior = 0.3"
    file = write(desk, before)
    file.chmod(0o640)
    add_feed(file, feed_table('wire/"fr"', {"review": 0.4, "hold": 0.9}, remark="why"), 'wire/"fr"')
    assert file.read_text().startswith(before + "\n\n# why\n")
    assert load_config().policies.of('wire/"fr"#1') == Policy(review=0.4, hold=0.9)
    assert load_config().policies.of("a").prior == 0.3
    assert file.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in desk.iterdir()} == {"garbled.toml", "names.txt", "model"}


def test_lines_are_added_to_a_pyproject_and_to_no_file(desk: Path) -> None:
    shared = write(desk, "[project]\nname = 'x'\n[tool.garbled]\n", "pyproject.toml")
    add_feed(shared, feed_table("a", {"hold": 0.9}, file=shared), "a")
    assert load_config().policies.of("a").hold == 0.9
    new = desk / "garbled.toml"
    add_feed(new, feed_table("a", {"hold": 0.8}, file=new), "a")
    assert new.read_text() == '[feeds."a"]\nhold = 0.8\n'
    assert load_config().policies.of("a").hold == 0.8


def test_lines_that_cannot_be_added_leave_the_file_as_it_is(desk: Path) -> None:
    for content, said in (
        ('[feeds."a"]\nprior = 0.2\n', 'has feeds."a" already; change it there'),
        ("feeds = {b = {prior = 0.2}}\n", "the lines cannot just be added"),
        ("tier = 'slow'\n", "tier is one of"),
    ):
        file = write(desk, content)
        with pytest.raises(GarbledError, match=said):
            add_feed(file, feed_table("a", {"hold": 0.9}), "a")
        assert file.read_text() == content


@patient
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_feeds_name_can_be_written(name: str) -> None:
    config = parse_config(feed_table(name, {"hold": 0.9}).encode(), Path("garbled.toml"))
    assert config.feeds == ((name, Policy(hold=0.9)),)
    assert "\n" not in quoted(name)


@patient
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
def test_no_file_does_more_than_be_refused(content: bytes) -> None:
    with suppress(GarbledError):
        assert isinstance(parse_config(content, Path("garbled.toml")), Config)


def test_reading_the_configuration_loads_nothing_heavy(desk: Path) -> None:
    write(desk, WHOLE)
    script = (
        "import sys; from garbled.config import load_config; load_config(); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "tomllib" in loaded
    assert not loaded & {"numpy", "sklearn", "lxml", "click", "rich", "sqlite3"}
