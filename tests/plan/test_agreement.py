"""The command and the function of Python plan alike unless told otherwise."""

from __future__ import annotations

import inspect

from smezhnik import plan
from smezhnik.cli.plan import plan as command


def test_the_command_and_python_leave_out_the_same_grades() -> None:
    told = next(option.default for option in command.params if option.name == "min_grade")
    assert told == "C"
    assert inspect.signature(plan).parameters["min_grade"].default == told
