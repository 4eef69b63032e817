# SPDX-License-Identifier: Apache-2.0
"""The same input to Python and to the program: their answers are compared to the byte, and their refusals by status, path, message."""

import json
import os
import pathlib
import subprocess

import meterbill

PROGRAM = os.environ.get("MBILL_PROGRAM")


def program(*words, files=None, folder=None):
    """What the program answers: text without its last line end, or (status, path, message)."""
    named = []
    for word in words:
        if word.startswith("@"):
            path = pathlib.Path(folder) / f"{word[1:]}.json"
            path.write_text(files[word[1:]], encoding="utf-8")
            word = str(path)
        named.append(word)
    done = subprocess.run([PROGRAM, *named, "--json"], capture_output=True, timeout=60, check=False)
    text = done.stdout.decode("utf-8")
    if done.returncode == 1:
        error = json.loads(text.splitlines()[-1])
        return error["status"], error.get("path", ""), error["message"]
    assert done.returncode == 0, done.stderr.decode("utf-8")
    return text.removesuffix("\n")


def python(call, *arguments, **options):
    """What a call of the package answers, likewise."""
    try:
        return call(*arguments, **options)
    except meterbill.MeterbillError as error:
        return f"MBILL_{error.status.name}", error.path, error.message


def text_of(document):
    return json.dumps(document, ensure_ascii=False)
