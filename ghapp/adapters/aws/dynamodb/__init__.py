"""The store and its archive in one DynamoDB table, for any number of processes anywhere."""

from ghapp.adapters.aws.dynamodb.store import DynamoStore

__all__ = ["DynamoStore"]
