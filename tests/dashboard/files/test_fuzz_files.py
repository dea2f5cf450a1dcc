"""Damaged files of every kind end in a verdict, never in an exception."""

from __future__ import annotations

from tests.support.fuzz_files import run


def test_two_thousand_mutated_files_are_taken_or_refused() -> None:
    found, faults = run(first=0, count=2_000, processes=2)

    assert faults == []
    assert found["taken"] + found["refused"] == 2_000
    assert min(found["taken"], found["refused"]) > 100
