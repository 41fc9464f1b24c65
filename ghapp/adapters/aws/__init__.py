"""The adapters to AWS services. boto3 is imported only when one of them is used."""
