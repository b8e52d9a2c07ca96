"""What the pages of this chapter say of Python, shown."""

import logging
import os
import random
import statistics
import sys

# Simulation.


def a_random_of_ones_own_repeats_itself_whatever_others_draw():
    first = random.Random(7)
    drawn = [first.random() for _ in range(5)]
    second = random.Random(7)
    again = []
    for _ in range(5):
        random.random()
        again.append(second.random())
    assert drawn == again
    assert drawn != [random.Random(8).random() for _ in range(5)]


# Hosts.


def unshare_and_setns_are_there_since_3_12():
    if sys.platform == "linux":
        there = sys.version_info >= (3, 12)
        assert hasattr(os, "unshare") == there
        assert hasattr(os, "setns") == there


# Percentiles.


def statistics_takes_values_between_two_that_were_measured():
    assert statistics.median([10, 1000]) == 505
    assert statistics.quantiles([10, 1000], n=2) == [505.0]
    # median_low is by nearest rank.
    assert statistics.median_low([10, 1000]) == 10


# Looking inside.


def a_logger_is_told_from_who_listens_and_extra_carries_fields():
    heard = []

    class Handler(logging.Handler):
        def emit(self, record):
            heard.append((record.getMessage(), record.peer))

    logger = logging.getLogger("turmoil")
    handler = Handler()
    logger.addHandler(handler)
    logger.propagate = False
    try:
        logger.warning("lost", extra={"peer": "10.0.0.1"})
    finally:
        logger.removeHandler(handler)
    assert heard == [("lost", "10.0.0.1")]
