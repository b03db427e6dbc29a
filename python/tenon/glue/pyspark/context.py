"""SparkContext: starts nothing. It is there so that the first lines of a Glue script work."""

from pyspark._absent import absent
from pyspark.conf import SparkConf


class SparkContext:
    _active = None

    def __init__(self, master=None, appName=None, sparkHome=None, pyFiles=None, environment=None, batchSize=0,
                 serializer=None, conf=None, gateway=None, jsc=None, profiler_cls=None, **kwargs):
        self._conf = conf or SparkConf()
        self.appName = appName or self._conf.get("spark.app.name", "tenon")
        self.master = master or self._conf.get("spark.master", "local[*]")
        type(self)._active = self

    @classmethod
    def getOrCreate(cls, conf=None):
        if cls._active is None:
            cls(conf=conf)
        return cls._active

    @classmethod
    def setSystemProperty(cls, key, value):
        """Taken; there is no JVM that could have it."""

    @property
    def version(self):
        """Spark's version in the AWS Glue version that the run follows."""
        from tenon import runtime
        return runtime.SPARK_OF_GLUE[runtime.current().settings.glue_version]

    def getConf(self):
        return self._conf

    def setLogLevel(self, logLevel):
        """Taken; `tenon run --log-level` decides."""

    def stop(self):
        type(self)._active = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        absent(f"SparkContext.{name}")
