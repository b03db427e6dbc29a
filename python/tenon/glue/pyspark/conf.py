"""SparkConf: kept, and of no effect."""


class SparkConf:
    def __init__(self, loadDefaults=True, _jvm=None, _jconf=None):
        self._values = {}

    def set(self, key, value):
        self._values[key] = str(value)
        return self

    def setAll(self, pairs):
        for key, value in pairs:
            self.set(key, value)
        return self

    def setIfMissing(self, key, value):
        self._values.setdefault(key, str(value))
        return self

    def setAppName(self, value):
        return self.set("spark.app.name", value)

    def setMaster(self, value):
        return self.set("spark.master", value)

    def get(self, key, defaultValue=None):
        return self._values.get(key, defaultValue)

    def getAll(self):
        return list(self._values.items())

    def contains(self, key):
        return key in self._values
