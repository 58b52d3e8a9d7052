"""Which browser the tests drive: Chromium, or one that is made of it."""

import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "brave-browser")
NONE_IS_HERE = (
    f"No browser for the tests: none of {', '.join(NAMES)} starts. script/test installs Chromium on Debian; "
    "on Ubuntu it is a snap, so install that, or Google Chrome's package."
)


def find_browser() -> str | None:
    """The program's path. Ubuntu's package leaves one that only says that Chromium is a snap: it gives no version."""
    for name in NAMES:
        program = shutil.which(name)
        if program and subprocess.run([program, "--version"], capture_output=True).returncode == 0:
            return program
    return None


if __name__ == "__main__":
    found = find_browser()
    sys.exit(0 if found else NONE_IS_HERE)
