"""AWS Glue's Python library, written anew over Tenon's runtime."""

from awsglue.dynamicframe import DynamicFrame

__all__ = ["DynamicFrame"]
