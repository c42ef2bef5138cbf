"""The front door: builds the command line and turns errors into exit codes."""


def main() -> None:
    """Run ``tueroeffner``."""
