"""Where the sinks of a job that is killed lie: in folders of this machine, or in a bucket of a real S3 server."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUCKET = "kills"


class LocalPlace:
    """Below the job's own folder."""

    def variables(self, folder: pathlib.Path) -> dict[str, str]:
        return dict(os.environ)

    def target(self, folder: pathlib.Path) -> str:
        return str(self.tree(folder))

    def tree(self, folder: pathlib.Path) -> pathlib.Path:
        """The same, as a folder of this machine: what any client of the store sees."""
        return folder / "sinks"

    def left(self, folder: pathlib.Path) -> list[str]:
        """What a finished job should have removed."""
        return [str(path) for path in folder.rglob(".tenon-*")]

    def close(self) -> None:
        pass


class S3Place:
    """In a bucket of versitygw, with signatures enforced. The server keeps objects as files, which the oracle reads."""

    def __init__(self, folder: pathlib.Path):
        for path in (ROOT / "tools", ROOT / "tests" / "s3"):
            if str(path) not in sys.path:
                sys.path.insert(0, str(path))
        import botocore.config
        import botocore.session
        import gateway
        folder.mkdir(parents=True, exist_ok=True)
        self.names = gateway
        self.server = gateway.Gateway(folder)
        self.server.make_bucket(BUCKET)
        session = botocore.session.Session()
        self.client = session.create_client(
            "s3", endpoint_url=self.server.url, region_name="us-east-1", aws_access_key_id=gateway.ACCESS,
            aws_secret_access_key=gateway.SECRET,
            config=botocore.config.Config(s3={"addressing_style": "path"}, proxies={}))

    def variables(self, folder: pathlib.Path) -> dict[str, str]:
        scratch = folder / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        return self.names.variables(self.server.url, TMPDIR=str(scratch))

    def target(self, folder: pathlib.Path) -> str:
        return f"s3://{BUCKET}/{folder.name}"

    def tree(self, folder: pathlib.Path) -> pathlib.Path:
        return self.server.folder / BUCKET / folder.name

    def left(self, folder: pathlib.Path) -> list[str]:
        uploads = self.client.list_multipart_uploads(Bucket=BUCKET, Prefix=f"{folder.name}/").get("Uploads", [])
        return [f"upload of {upload['Key']}" for upload in uploads] + [str(path) for path in (folder / "tmp").rglob(".tenon-*")]

    def close(self) -> None:
        self.server.close()


def open_place(store: str, folder: pathlib.Path):
    return S3Place(folder) if store == "s3" else LocalPlace()
