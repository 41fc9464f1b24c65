"""CodeDeploy's AWS JSON 1.1, with botocore reversed: its parser reads requests, its serializer writes answers."""

import json
from copy import deepcopy
from functools import cache
from typing import Any, Final

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

Json = dict[str, Any]

CONTENT_TYPE: Final = "application/x-amz-json-1.1"
TARGET: Final = "CodeDeploy_20141006"
# errors that any operation of any service may answer, besides those that its model declares
# https://docs.aws.amazon.com/codedeploy/latest/APIReference/CommonErrors.html
COMMON: Final = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "InternalFailure",
        "MissingAuthenticationTokenException",
        "SerializationException",
        "ServiceUnavailable",
        "ThrottlingException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "ValidationException",
    }
)


class Malformed(Exception):  # noqa: N818 - an answer, not an error
    """Raised for a body that is no valid input of the operation; the message has the place."""


@cache
def described() -> ServiceModel:
    """The service as botocore describes it."""
    return ServiceModel(Loader().load_service_model("codedeploy", "service-2"), "codedeploy")


@cache
def _turned() -> ServiceModel:
    """The service model with inputs and outputs exchanged."""
    tree = deepcopy(Loader().load_service_model("codedeploy", "service-2"))
    for one in tree["operations"].values():
        sides = {"output": one.pop("input", None), "input": one.pop("output", None)}
        one.update({side: shape for side, shape in sides.items() if shape})
    return ServiceModel(tree, "codedeploy")


def operation(name: str) -> OperationModel | None:
    return described().operation_model(name) if name in described().operation_names else None


def declared(name: str) -> frozenset[str]:
    """The errors that an operation may answer by its model."""
    known = operation(name)
    return frozenset(shape.name for shape in known.error_shapes) if known else frozenset()


# AWS answers in milliseconds; the validation finds members that the output does not have
_SERIALIZER: Final = create_serializer("json", include_validation=True, timestamp_precision="millisecond")
_PARSER: Final = create_parser("json")


def read(name: str, body: bytes) -> Json:
    """The parameters of a request. Raises Malformed where botocore's validator objects."""
    shape = described().operation_model(name).input_shape
    assert shape is not None, f"{name} takes nothing"
    try:
        plain = json.loads(body)
    except ValueError as problem:
        raise Malformed(f"not JSON: {problem}") from problem
    report = ParamValidator().validate(plain, shape)
    if report.has_errors():
        raise Malformed(report.generate_report())
    return _parsed(body, _turned().operation_model(name).output_shape)


def write(name: str, answer: Json) -> bytes:
    """The answer's body. Raises ParamValidationError or AssertionError if a client would read it differently."""
    shape = described().operation_model(name).output_shape
    assert shape is not None or not answer, f"{name} answers nothing"
    body = _serialized(name, answer)
    seen = _parsed(body, shape) if shape else {}
    assert seen == answer, f"{name}: {answer} is read as {seen}"
    return body


def refuse(code: str, message: str) -> bytes:
    return json.dumps({"__type": code, "message": message}).encode()


def _serialized(name: str, value: Json) -> bytes:
    body = _SERIALIZER.serialize_to_request(value, _turned().operation_model(name))["body"]
    return body.encode() if isinstance(body, str) else bytes(body)


def _parsed(body: bytes, shape: Any) -> Json:
    parsed: Json = _PARSER.parse({"status_code": 200, "headers": {}, "body": body}, shape)
    parsed.pop("ResponseMetadata", None)
    return parsed
