"""The types of Glue's schemas: what DynamicFrame.schema() returns, their JSON form both ways, merging, and DynamicRecord."""


class DataType:
    """A type with properties, a dict of text. Equal when class and all attributes are."""

    def __init__(self, properties=None):
        self.properties = dict(properties or {})

    @classmethod
    def typeName(cls):
        return cls.__name__[:-len("Type")].lower()

    def jsonValue(self):
        return {"dataType": self.typeName(), "properties": self.properties}

    @classmethod
    def fromJsonValue(cls, value):
        return cls(value.get("properties"))

    def _parts(self):
        """What repr() shows before the properties."""
        return []

    def __eq__(self, other):
        return isinstance(other, self.__class__) and self.__dict__ == other.__dict__

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(repr(self))

    def __repr__(self):
        return f"{type(self).__name__}({', '.join([*self._parts(), repr(self.properties)])})"


class AtomicType(DataType):
    """A type without parts."""


class BinaryType(AtomicType):
    pass


class BooleanType(AtomicType):
    pass


class ByteType(AtomicType):
    pass


class DateType(AtomicType):
    pass


class DoubleType(AtomicType):
    pass


class FloatType(AtomicType):
    pass


class IntegerType(AtomicType):
    @classmethod
    def typeName(cls):
        return "int"


class LongType(AtomicType):
    pass


class NullType(AtomicType):
    pass


class ShortType(AtomicType):
    pass


class StringType(AtomicType):
    pass


class TimestampType(AtomicType):
    pass


class TimestampNTZType(AtomicType):
    """A wall clock without a zone."""


class UnknownType(AtomicType):
    pass


class DecimalType(AtomicType):
    def __init__(self, precision=10, scale=2, properties=None):
        super().__init__(properties)
        self.precision = precision
        self.scale = scale

    def jsonValue(self):
        return {**super().jsonValue(), "precision": self.precision, "scale": self.scale}

    @classmethod
    def fromJsonValue(cls, value):
        return cls(value.get("precision", 10), value.get("scale", 2), value.get("properties"))

    def _parts(self):
        return [repr(self.precision), repr(self.scale)]


class EnumType(AtomicType):
    def __init__(self, options=None, properties=None):
        super().__init__(properties)
        self.options = list(options or [])

    def jsonValue(self):
        return {**super().jsonValue(), "options": self.options}

    @classmethod
    def fromJsonValue(cls, value):
        return cls(value.get("options"), value.get("properties"))

    def _parts(self):
        return [repr(self.options)]


class ArrayType(DataType):
    def __init__(self, elementType=None, properties=None):
        super().__init__(properties)
        self.elementType = UnknownType() if elementType is None else elementType
        _require_type(self.elementType)

    def jsonValue(self):
        return {**super().jsonValue(), "elementType": self.elementType.jsonValue()}

    @classmethod
    def fromJsonValue(cls, value):
        return cls(from_json_value(value["elementType"]), value.get("properties"))

    def _parts(self):
        return [repr(self.elementType)]


class SetType(ArrayType):
    pass


class MapType(DataType):
    """Keys are strings."""

    def __init__(self, valueType=None, properties=None):
        super().__init__(properties)
        self.valueType = UnknownType() if valueType is None else valueType
        _require_type(self.valueType)

    def jsonValue(self):
        return {**super().jsonValue(), "valueType": self.valueType.jsonValue()}

    @classmethod
    def fromJsonValue(cls, value):
        return cls(from_json_value(value["valueType"]), value.get("properties"))

    def _parts(self):
        return [repr(self.valueType)]


class ChoiceType(DataType):
    """Values of more than one type: at most one member of each type name."""

    def __init__(self, choices=None, properties=None):
        super().__init__(properties)
        self.choices = {}
        for choice in choices or []:
            self.add(choice)

    def add(self, new_choice):
        _require_type(new_choice)
        name = new_choice.typeName()
        if name in self.choices:
            raise ValueError(f"Attempt to insert duplicate choice: {name}")
        self.choices[name] = new_choice

    def merge(self, new_choices):
        """Takes members over; those of a name that is there are merged with it."""
        for choice in new_choices:
            name = choice.typeName()
            self.choices[name] = mergeDataTypes(self.choices[name], choice) if name in self.choices else choice

    def jsonValue(self):
        return {**super().jsonValue(), "choices": [choice.jsonValue() for choice in self.choices.values()]}

    @classmethod
    def fromJsonValue(cls, value):
        return cls([from_json_value(choice) for choice in value.get("choices", [])], value.get("properties"))

    def _parts(self):
        return ["[" + ", ".join(repr(self.choices[name]) for name in sorted(self.choices)) + "]"]


class Field:
    """A named type. Equality looks at name and type only."""

    def __init__(self, name, dataType, properties=None):
        _require_type(dataType)
        self.name = name
        self.dataType = dataType
        self.properties = dict(properties or {})

    def jsonValue(self):
        return {"name": self.name, "container": self.dataType.jsonValue(), "properties": self.properties}

    @classmethod
    def fromJsonValue(cls, value):
        return cls(value["name"], from_json_value(value["container"]), value.get("properties"))

    def __eq__(self, other):
        return isinstance(other, Field) and self.name == other.name and self.dataType == other.dataType

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash((self.name, self.dataType))

    def __repr__(self):
        return f"Field({self.name}, {self.dataType!r}, {self.properties!r})"


class StructType(DataType):
    """Fields in their order, which counts in comparisons."""

    def __init__(self, fields=None, properties=None):
        super().__init__(properties)
        self.fields = list(fields or [])

    @property
    def field_map(self):
        return {field.name: field for field in self.fields}

    def getField(self, name):
        """KeyError when there is none of this name."""
        return self.field_map[name]

    def hasField(self, name):
        return name in self.field_map

    def __iter__(self):
        return iter(self.fields)

    def __len__(self):
        return len(self.fields)

    def __bool__(self):
        return True

    def jsonValue(self):
        return {**super().jsonValue(), "fields": [field.jsonValue() for field in self.fields]}

    @classmethod
    def fromJsonValue(cls, value):
        return cls([Field.fromJsonValue(field) for field in value.get("fields", [])], value.get("properties"))

    def _parts(self):
        return [repr(self.fields)]


_ATOMIC = (BinaryType, BooleanType, ByteType, DateType, DecimalType, DoubleType, EnumType, FloatType, IntegerType,
           LongType, NullType, ShortType, StringType, TimestampType, TimestampNTZType, UnknownType)
_BY_NAME = {kind.typeName(): kind for kind in (*_ATOMIC, ArrayType, SetType, MapType, ChoiceType, StructType)}


def _require_type(value):
    if not isinstance(value, DataType):
        raise TypeError(f"dataType must be an instance of DataType. Got {type(value)}")


def from_json_value(value):
    """The type that jsonValue() wrote. ValueError names an unknown one."""
    name = value.get("dataType")
    if name not in _BY_NAME:
        raise ValueError(f"Type is not known: dataType={name}")
    return _BY_NAME[name].fromJsonValue(value)


def mergeDataTypes(left, right):
    """The type of values of both: see the rules of each case. Neither argument is changed."""
    if isinstance(left, (UnknownType, NullType)):
        return right
    if isinstance(right, (UnknownType, NullType)):
        return left
    if isinstance(left, ChoiceType) or isinstance(right, ChoiceType):
        merged = ChoiceType(properties=left.properties)
        for side in (left, right):
            merged.merge(side.choices.values() if isinstance(side, ChoiceType) else [side])
        return merged
    if left.typeName() != right.typeName():
        return ChoiceType([left, right])
    if isinstance(left, StructType):
        fields = left.field_map
        for field in right.fields:
            known = fields.get(field.name)
            fields[field.name] = field if known is None else Field(
                field.name, mergeDataTypes(known.dataType, field.dataType), known.properties)
        return StructType(list(fields.values()), left.properties)
    if isinstance(left, ArrayType):
        return type(left)(mergeDataTypes(left.elementType, right.elementType), left.properties)
    if isinstance(left, MapType):
        return MapType(mergeDataTypes(left.valueType, right.valueType), left.properties)
    if isinstance(left, EnumType):
        return EnumType(left.options + [option for option in right.options if option not in left.options],
                        left.properties)
    return left


class DynamicRecord(dict):
    """A record as user functions get it: a dict whose members are attributes too."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, value in self.items():
            if type(value) is dict:
                self[name] = DynamicRecord(value)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name, value):
        self[name] = value

    def __delattr__(self, name):
        del self[name]

    def asDict(self):
        return {name: value.asDict() if isinstance(value, DynamicRecord) else value for name, value in self.items()}
