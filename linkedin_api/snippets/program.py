"""Several requests as one program that runs, in three languages."""

from __future__ import annotations

from collections.abc import Sequence

from linkedin_api.snippets import program_curl, program_javascript, program_python
from linkedin_api.snippets.program_call import ProgramCall
from linkedin_api.snippets.snippet import Language

_WRITERS = {
    Language.CURL: program_curl,
    Language.PYTHON: program_python,
    Language.JAVASCRIPT: program_javascript,
}


def program(calls: Sequence[ProgramCall], language: Language) -> str:
    """The whole program. It reads what VARIABLES names from the environment, and prints no token and no secret."""
    writer = _WRITERS[language]
    return writer.program(calls, "\n".join(parts(calls, language)))


def parts(calls: Sequence[ProgramCall], language: Language) -> list[str]:
    """The lines of each call, without those that are no part of a program."""
    return [lines for call in calls if (lines := _WRITERS[language].part(call))]
