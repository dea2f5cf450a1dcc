"""Several requests as one program that runs, in three languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from linkedin_api.snippets import program_curl, program_javascript, program_python
from linkedin_api.snippets.program_call import ProgramCall
from linkedin_api.snippets.snippet import Language

# What writes a program around the lines of its calls, and what writes those of one call.
_WRITERS: dict[Language, tuple[Callable[[Sequence[ProgramCall], str], str], Callable[[ProgramCall], str]]] = {
    Language.CURL: (program_curl.program, program_curl.part),
    Language.PYTHON: (program_python.program, program_python.part),
    Language.JAVASCRIPT: (program_javascript.program, program_javascript.part),
}


def program(calls: Sequence[ProgramCall], language: Language) -> str:
    """The whole program. It reads what VARIABLES names from the environment, and prints no token and no secret."""
    whole, _ = _WRITERS[language]
    return whole(calls, "\n".join(parts(calls, language)))


def parts(calls: Sequence[ProgramCall], language: Language) -> list[str]:
    """The lines of each call, without those that are no part of a program."""
    return [lines for call in calls if (lines := _WRITERS[language][1](call))]
