"""How a worked solution ends."""

import pytest

from inception_edu.exercises import find
from inception_edu.exercises.checking import solved


def test_it_shows_the_right_answer_and_refuses_another():
    assert solved("13.1", 49).remark == "49 places."
    with pytest.raises(AssertionError, match=r"the solution of 13\.1 is not right"):
        solved("13.1", 50)


def test_a_sentence_ends_once():
    sample = find("13.10").for_student().right
    assert sample.endswith(".")
    assert solved("13.10", sample).remark == sample
