"""Waiting for a server of ours to answer."""

import time
from collections.abc import Callable
from pathlib import Path

import requests

PAUSE_S = 0.05
ANSWER_S = 5


def wait_for_answer(url: str, *, within_s: float, meanwhile: Callable[[], None]) -> None:
    """Ask until the address answers without an error; ``meanwhile`` runs between the questions.

    Raises:
        TimeoutError: if it takes longer than ``within_s`` seconds.
    """
    _wait(lambda: _answers(url), what=f"{url} did not answer", within_s=within_s, meanwhile=meanwhile)


def wait_for_file(file: Path, *, within_s: float, meanwhile: Callable[[], None]) -> str:
    """Wait until the file is there, and read it. It must appear whole, by renaming.

    Raises:
        TimeoutError: if it takes longer than ``within_s`` seconds.
    """
    _wait(file.exists, what=f"{file} did not appear", within_s=within_s, meanwhile=meanwhile)
    return file.read_text(encoding="utf-8")


def _wait(done: Callable[[], bool], *, what: str, within_s: float, meanwhile: Callable[[], None]) -> None:
    deadline = time.monotonic() + within_s
    while not done():
        meanwhile()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} within {within_s:.0f} s")
        time.sleep(PAUSE_S)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=ANSWER_S).ok
    except requests.RequestException:
        return False
