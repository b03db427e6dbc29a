"""gluetypes: JSON both ways, equality, repr, merging."""

import pytest
from awsglue.gluetypes import (ArrayType, BinaryType, BooleanType, ByteType, ChoiceType, DataType, DateType, DecimalType,
                               DoubleType, DynamicRecord, EnumType, Field, FloatType, IntegerType, LongType, MapType,
                               NullType, SetType, ShortType, StringType, StructType, TimestampNTZType, TimestampType,
                               UnknownType, from_json_value, mergeDataTypes)

NAMES = {
    BinaryType: "binary", BooleanType: "boolean", ByteType: "byte", DateType: "date", DecimalType: "decimal",
    DoubleType: "double", EnumType: "enum", FloatType: "float", IntegerType: "int", LongType: "long", NullType: "null",
    ShortType: "short", StringType: "string", TimestampType: "timestamp", TimestampNTZType: "timestampntz",
    UnknownType: "unknown", ArrayType: "array", SetType: "set", MapType: "map", ChoiceType: "choice", StructType: "struct",
}


@pytest.mark.parametrize("kind, name", NAMES.items())
def test_names_and_json_of_each_type(kind, name):
    value = kind().jsonValue()
    assert kind.typeName() == name and value["dataType"] == name and value["properties"] == {}
    assert from_json_value(value) == kind()


def test_json_of_a_schema_as_documented():
    schema = StructType([
        Field("id", LongType()),
        Field("tags", ArrayType(StringType())),
        Field("more", MapType(DecimalType(12, 3))),
        Field("zip", ChoiceType([IntegerType(), StringType()]), {"k": "v"}),
    ])
    assert schema.jsonValue() == {
        "dataType": "struct", "properties": {}, "fields": [
            {"name": "id", "container": {"dataType": "long", "properties": {}}, "properties": {}},
            {"name": "tags", "container": {"dataType": "array", "properties": {},
                                           "elementType": {"dataType": "string", "properties": {}}}, "properties": {}},
            {"name": "more", "container": {"dataType": "map", "properties": {},
                                           "valueType": {"dataType": "decimal", "properties": {}, "precision": 12,
                                                         "scale": 3}}, "properties": {}},
            {"name": "zip", "container": {"dataType": "choice", "properties": {}, "choices": [
                {"dataType": "int", "properties": {}}, {"dataType": "string", "properties": {}}]},
             "properties": {"k": "v"}},
        ]}
    assert from_json_value(schema.jsonValue()) == schema


def test_unknown_type_in_json_is_named():
    with pytest.raises(ValueError, match="dataType=strng"):
        from_json_value({"dataType": "strng"})


def test_equality():
    assert DecimalType() == DecimalType(10, 2) != DecimalType(10, 3)
    assert StringType() != IntegerType() and StringType({"a": 1}) != StringType()
    assert Field("a", StringType(), {"x": 1}) == Field("a", StringType())
    assert Field("a", StringType()) != Field("b", StringType())
    one, other = Field("a", StringType()), Field("b", LongType())
    assert StructType([one, other]) != StructType([other, one])


def test_repr():
    assert repr(StructType([Field("a", IntegerType())])) == "StructType([Field(a, IntegerType({}), {})], {})"
    assert repr(ArrayType(DecimalType(5, 1))) == "ArrayType(DecimalType(5, 1, {}), {})"
    assert repr(ChoiceType([StringType(), IntegerType()])) == "ChoiceType([IntegerType({}), StringType({})], {})"


def test_default_arguments_are_not_shared():
    first = StructType()
    first.fields.append(Field("a", StringType()))
    first.properties["x"] = 1
    assert StructType().fields == [] and StructType().properties == {}


def test_choice_refuses_a_second_member_of_a_name():
    choice = ChoiceType([IntegerType()])
    with pytest.raises(ValueError, match="duplicate choice: int"):
        choice.add(IntegerType())


def test_constructors_refuse_what_is_no_type():
    for make in (lambda: Field("a", "string"), lambda: ArrayType("int"), lambda: MapType(5)):
        with pytest.raises(TypeError, match="must be an instance of DataType"):
            make()


def struct(**fields):
    return StructType([Field(name, kind) for name, kind in fields.items()])


@pytest.mark.parametrize("left, right, merged", [
    (NullType(), LongType(), LongType()),
    (LongType(), UnknownType(), LongType()),
    (IntegerType(), IntegerType(), IntegerType()),
    (DecimalType(10, 2), DecimalType(38, 9), DecimalType(10, 2)),
    (IntegerType(), StringType(), ChoiceType([IntegerType(), StringType()])),
    (ChoiceType([IntegerType(), StringType()]), LongType(), ChoiceType([IntegerType(), StringType(), LongType()])),
    (LongType(), ChoiceType([IntegerType(), LongType()]), ChoiceType([LongType(), IntegerType()])),
    (ChoiceType([struct(a=LongType()), StringType()]), struct(b=LongType()),
     ChoiceType([struct(a=LongType(), b=LongType()), StringType()])),
    (struct(a=LongType(), b=StringType()), struct(c=DateType(), a=StringType()),
     struct(a=ChoiceType([LongType(), StringType()]), b=StringType(), c=DateType())),
    (ArrayType(LongType()), ArrayType(StringType()), ArrayType(ChoiceType([LongType(), StringType()]))),
    (MapType(NullType()), MapType(StringType()), MapType(StringType())),
    (EnumType(["a"]), EnumType(["b", "a"]), EnumType(["a", "b"])),
])
def test_merging(left, right, merged):
    assert mergeDataTypes(left, right) == merged


def test_records_are_dicts_with_attributes():
    record = DynamicRecord({"a": 1, "b": {"c": 2}, "l": [{"d": 3}]})
    assert record.a == 1 and record.b.c == 2 and type(record["l"][0]) is dict
    record.a = 5
    del record.b
    assert record == {"a": 5, "l": [{"d": 3}]} and record.asDict() == {"a": 5, "l": [{"d": 3}]}
    with pytest.raises(KeyError):
        record.missing


def test_types_are_hashable():
    assert len({StringType(), StringType(), LongType()}) == 2 and isinstance(StringType(), DataType)
