"""SparkSession: starts nothing."""

from pyspark._absent import absent
from pyspark.conf import SparkConf
from pyspark.context import SparkContext


class RuntimeConfig:
    """spark.conf: kept, and of no effect."""

    def __init__(self, conf):
        self._conf = conf

    def set(self, key, value):
        self._conf.set(key, value)

    def get(self, key, default=None):
        return self._conf.get(key, default)

    def unset(self, key):
        self._conf._values.pop(key, None)


class SparkSession:
    _active = None

    class Builder:
        def __init__(self):
            self._conf = SparkConf()

        def appName(self, name):
            return self.config("spark.app.name", name)

        def master(self, master):
            return self.config("spark.master", master)

        def config(self, key=None, value=None, conf=None, *, map=None):
            pairs = conf.getAll() if conf is not None else list((map or {}).items())
            self._conf.setAll(pairs if key is None else [(key, value)])
            return self

        def enableHiveSupport(self):
            return self

        def getOrCreate(self):
            if SparkSession._active is None:
                SparkSession._active = SparkSession(SparkContext.getOrCreate(self._conf))
            for key, value in self._conf.getAll():
                SparkSession._active.conf.set(key, value)
            return SparkSession._active

    class _NewBuilder:
        def __get__(self, instance, owner):
            return SparkSession.Builder()

    builder = _NewBuilder()

    def __init__(self, sparkContext, jsparkSession=None, options={}):
        self._context = sparkContext
        self.conf = RuntimeConfig(sparkContext.getConf())

    @property
    def sparkContext(self):
        return self._context

    @property
    def version(self):
        return self._context.version

    @classmethod
    def getActiveSession(cls):
        return cls._active

    def stop(self):
        type(self)._active = None
        self._context.stop()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        absent(f"SparkSession.{name}")
