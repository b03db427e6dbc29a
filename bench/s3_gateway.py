"""Makes the S3 server that the case s3 reads from, once."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))

from dev import go_tools  # noqa: E402

if __name__ == "__main__":
    print(go_tools.tool("versitygw"))
