"""Job: begins and commits a run."""

from tenon import runtime


class Job:
    @classmethod
    def continuation_options(cls):
        from awsglue.utils import continuation_options
        return list(continuation_options)

    @classmethod
    def job_bookmark_options(cls):
        from awsglue.utils import job_bookmark_options
        return list(job_bookmark_options)

    @classmethod
    def job_bookmark_range_options(cls):
        from awsglue.utils import job_bookmark_range_options
        return list(job_bookmark_range_options)

    @classmethod
    def id_params(cls):
        return ["JOB_NAME", "JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION"]

    @classmethod
    def encryption_type_options(cls):
        return ["sse-s3"]

    @classmethod
    def data_lineage_options(cls):
        return ["enable-data-lineage"]

    def __init__(self, glue_context):
        if not hasattr(glue_context, "create_dynamic_frame") and not hasattr(glue_context, "sparkContext"):
            raise Exception(f"cannot init Job instance given input parameter type: {type(glue_context)}")
        self._runtime = runtime.current()
        self._initialized = False

    def init(self, job_name, args={}):
        """Names the job, which must happen before its first read."""
        self._runtime.rename(job_name)
        self._initialized = True

    def isInitialized(self):
        return self._initialized

    def commit(self):
        """Moves the bookmarks of what was read, in one durable step."""
        self._runtime.commit()
