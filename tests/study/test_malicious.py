"""A study from a stranger: nothing in it is run, read or written beyond what its user chose, and nothing hangs."""

import builtins
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sympy.parsing import sympy_parser

from largespin.errors import LargespinError
from largespin.study import read_study, run_study

PLACES = {
    "energy": '[model]\nenergy = "{}"\n',
    "amplitude": '[model]\n[[model.jumps]]\noperator = "x"\namplitude = "{}"\n',
    "rate": '[model]\n[[model.jumps]]\noperator = "x"\nrate = "{}"\n',
    "operator": '[model]\n[[model.jumps]]\noperator = [[0, "{}"], [0, 0]]\n',
    "operator name": '[model]\n[[model.jumps]]\noperator = "{}"\n',
    "collective": '[model]\n[[model.collective_jumps]]\namplitude = "{}"\n',
    "loss": '[model]\nmodes = [{{ name = "a", loss = "{}" }}]\n',
    "definition": '[model]\nenergy = "e"\ndefinitions = {{ e = "{}" }}\n',
    "parameter": '[model]\nenergy = "m_z"\n[model.parameters]\n"{}" = 1.0\n',
    "symbol": '[model]\nenergy = "a*m_z"\nparameters = {{ a = {{ default = 1.0, symbol = "{}" }} }}\n',
    "mode": '[model]\nmodes = [{{ name = "{}" }}]\n',
    "ready": '[model]\nready = "{}"\npatterns = 1\n',
}
PAYLOADS = (
    "__import__('os').system('touch owned')",
    "exec(1)",
    "().__class__.__base__.__subclasses__()",
    "m_x.__class__",
    "lambda: 0",
    "[x for x in (1, 2)]",
    "'%s' % m_x",
    "m_x.subs",
    "9**9**9**9",
    "sqrt(9**9**9)",
    "exp(exp(exp(exp(9))))",
    "+".join(["m_x"] * 600),
    "(" * 800 + "m_x" + ")" * 800,
    "-" * 1900 + "1",
    "(((m_x+1)**9)**9)**9",
    "\\u0435xp(1)",
)
COMPUTE = '[compute]\nwhat = "evolve"\nstart = [0, 0, 1]\ntimes = 1\n'


@pytest.mark.parametrize("place", PLACES)
def test_nothing_in_a_study_is_run(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def refuse(*words: object, **more: object) -> None:
        raise AssertionError(f"called with {words}")

    evaluate, parse = builtins.eval, sympy_parser.parse_expr

    def guarded_eval(*words: Any) -> Any:
        caller = sys._getframe(1).f_globals["__name__"]
        # Python reads the library's own annotations this way.
        own = caller == "typing" and set(words[0].co_names) <= {"xr", "Dataset", "DataArray"}
        assert own or caller == sympy_parser.__name__
        return evaluate(*words)

    def guarded_parse(text: str, *words: Any, **more: Any) -> Any:
        # SymPy writes numbers such as (1/2) as text and reads them again; nothing of the study may come this way.
        assert re.fullmatch(r"[-+*/(). 0-9]*|sqrt", text), text
        return parse(text, *words, **more)

    monkeypatch.setattr(os, "system", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(builtins, "eval", guarded_eval)
    monkeypatch.setattr(sympy_parser, "parse_expr", guarded_parse)
    for payload in PAYLOADS:
        file = tmp_path / "study.toml"
        file.write_text(PLACES[place].format(payload) + COMPUTE, encoding="utf-8")
        begin = time.process_time()
        with pytest.raises(LargespinError):
            run_study(read_study(file), tmp_path)
        assert time.process_time() - begin < 5.0
    assert sorted(found.name for found in tmp_path.iterdir()) == ["study.toml"]


@pytest.mark.parametrize(
    "name",
    [
        "../x.nc",
        "/tmp/x.nc",
        "a/b.nc",
        "..",
        "..\\\\x.nc",
        "C:x.nc",
        "a\\u0000.nc",
        ".nc",
        ".hidden.nc",
        "x.py",
        "x.nc/",
        "",
    ],
)
def test_results_stay_in_their_folder(name: str, tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(f'[model]\nenergy = "m_z"\n{COMPUTE}[output]\nfile = "{name}"\n')
    folder = tmp_path / "results"
    folder.mkdir()
    with pytest.raises(LargespinError, match=r"^Key `output\.file` must "):
        run_study(read_study(file), folder)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("link", ["study.nc", "study.nc.partial.zarr", ".study.nc.draft", "study.png"])
def test_links_out_of_the_folder_are_refused(link: str, tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(f'[model]\nenergy = "m_z"\n{COMPUTE}')
    folder, victim = tmp_path / "results", tmp_path / "victim"
    folder.mkdir()
    victim.write_text("precious")
    (folder / link).symlink_to(victim)
    with pytest.raises(LargespinError, match=r"is a link; remove it or choose another folder\.$"):
        run_study(read_study(file), folder, fresh=True)
    assert victim.read_text() == "precious"


def test_definitions_cannot_be_piled_up_like_a_billion_laughs(tmp_path: Path) -> None:
    lines = ['d_0 = "m_x + m_y + m_z"', *(f'd_{n} = "d_{n - 1}*d_{n - 1}"' for n in range(1, 12))]
    file = tmp_path / "study.toml"
    file.write_text('[model]\nenergy = "d_11"\n[model.definitions]\n' + "\n".join(lines) + "\n" + COMPUTE)
    begin = time.process_time()
    with pytest.raises(LargespinError) as caught:
        run_study(read_study(file), tmp_path)
    assert time.process_time() - begin < 5.0
    assert "Key `model.definitions.d_3` must be small enough to work with, but in `d_2*d_2` at column 1" in str(
        caught.value
    )


def test_a_study_cannot_ask_for_endless_grids_or_files(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    sweep = "".join(f"p{n} = {{ from = 0, to = 1, points = 1000 }}\n" for n in range(5))
    parameters = "".join(f"p{n} = {{}}\n" for n in range(5))
    energy = " + ".join(f"p{n}*m_z" for n in range(5))
    file.write_text(f'[model]\nenergy = "{energy}"\n[model.parameters]\n{parameters}[sweep]\n{sweep}{COMPUTE}')
    with pytest.raises(LargespinError, match=r"^Key `sweep` must have at most 100000000 points, but it has 1e\+15\.$"):
        run_study(read_study(file), tmp_path)
    file.write_text('[model]\nready = "hopfield"\npatterns = { pictures = ["/dev/zero"] }\n' + COMPUTE)
    with pytest.raises(LargespinError, match="must name picture files beside the study"):
        run_study(read_study(file), tmp_path)


def test_escape_sequences_reach_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('title = "\\u001b[2J"\n"\\u001b[1m" = 1\n[model]\nenergy = "\\u001b"\n' + COMPUTE)
    with pytest.raises(LargespinError) as caught:
        read_study(file)
    assert str(caught.value).splitlines() == [
        "Key `title` must be printable text, but it contains control characters.",
        "Key `\\x1b[1m` is unknown; allowed are title, description, model, parameters, sweep, compute, output, run.",
    ]
    file.write_text('[model]\nenergy = "\\u001b"\n' + COMPUTE)
    with pytest.raises(LargespinError) as caught:
        run_study(read_study(file), tmp_path)
    assert "\x1b" not in str(caught.value)


def own(energy: str, definitions: str) -> str:
    return f'[model]\nenergy = "{energy}"\nparameters = {{ a = 1.0 }}\n[model.definitions]\n{definitions}{COMPUTE}'


def chain(first: str, step: str, number: int) -> str:
    """A study whose definitions build on each other."""
    lines = [f'd0 = "{first}"\n', *(f'd{i + 1} = "{step.replace("D", f"d{i}")}"\n' for i in range(number))]
    return own(f"d{number}*m_x", "".join(lines))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Each abbreviation of parameters doubles the time that telling models apart takes.
        (chain("a + 1", "cos(D) + 1", 40), r"`model\.definitions\.d10` must build on at most 10 others in a row"),
        # SymPy differentiates by recursion.
        (chain("m_x + 1", "cos(D) + 1", 300), "more than 20 functions stand inside one another"),
        (own("cos(" * 140 + "m_x" + ")" * 140, 'd = "1"\n'), "more than 20 functions stand inside one another"),
        # Two to the power of forty terms when written out.
        (chain("m_x + 1", "cos(D) + sin(D)", 40), "more than 3000 pieces with all definitions written out"),
        # The reader of TOML needs minutes.
        ("[a" + ".a" * 400_000 + "]\n", "names with at most 100 dots"),
        ("a" + ".a" * 400_000 + " = 1\n", "names with at most 100 dots"),
        (own("m_x", 'd = "1"\n').replace("[model]", '[model]\npatterns = { pictures = ["a.png"], size = 100000 }'), "100000000"),
    ],
)  # fmt: skip
def test_small_files_that_ask_for_the_impossible(tmp_path: Path, text: str, words: str) -> None:
    begin = time.monotonic()
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(LargespinError, match=words):
        run_study(read_study(tmp_path / "s.toml"), tmp_path)
    assert time.monotonic() - begin < 5


def test_nesting_that_somebody_may_need_is_allowed(tmp_path: Path) -> None:
    for text in (chain("a + 1", "cos(D) + 1", 9), chain("m_x + 1", "cos(D) + 1", 15)):
        (tmp_path / "s.toml").write_text(text)
        assert run_study(read_study(tmp_path / "s.toml"), tmp_path, fresh=True).dataset.outcome.item() == "finished"


@pytest.mark.parametrize("side", [5_000, 60_000])
def test_pictures_that_claim_to_be_huge(tmp_path: Path, side: int) -> None:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b""))
    (tmp_path / "s.toml").write_text(
        f'[model]\nready = "hopfield"\npatterns = {{ pictures = ["a.png"], size = 8 }}\n{COMPUTE}'
    )
    with pytest.raises(
        LargespinError, match=r"must name pictures of at most 20000000 pixels, but .*a\.png' has more\."
    ):
        run_study(read_study(tmp_path / "s.toml"), tmp_path)
