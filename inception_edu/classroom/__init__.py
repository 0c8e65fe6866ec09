"""The classroom: what a student's notebook calls, and the grade book that a teacher runs.

    from inception_edu.classroom import ask, check, hand_in, i_am    # in the student edition of a chapter
    from inception_edu.classroom import grade, report                # in the teacher's notebook

`make classroom` writes the two editions; ``inception-edu classroom grade`` is the grade book's command. A submission's
own score is never believed: every answer is judged again, with the numbers that its student's name draws.
"""

from __future__ import annotations

from importlib import import_module

__all__ = ["Course", "ask", "check", "grade", "hand_in", "i_am", "load_course", "report"]

_HOMES = {
    "Course": "course",
    "load_course": "course",
    "ask": "student",
    "check": "student",
    "hand_in": "student",
    "i_am": "student",
    "grade": "grading",
    "report": "pictures",
}


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
