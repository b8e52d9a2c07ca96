"""The key-value service over gRPC without generated files: python3 grpc_kv.py DESCRIPTION ROLE ADDR.

The messages are built from the description that `grpc-kv describe` writes.
"""

import signal
import sys
from concurrent import futures

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

description, role, address = sys.argv[1:4]

# ANCHOR: messages
files = descriptor_pb2.FileDescriptorSet.FromString(open(description, "rb").read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
service = pool.FindServiceByName("onthewire.kv.KeyValue")
message = {
    name: message_factory.GetMessageClass(kind)
    for name, kind in pool.FindFileByName("kv.proto").message_types_by_name.items()
}
# ANCHOR_END: messages


# ANCHOR: client
def stub(channel, name):
    method = service.methods_by_name[name]
    make = channel.unary_stream if name == "Watch" else channel.unary_unary
    return make(
        f"/onthewire.kv.KeyValue/{name}",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=message[method.output_type.name].FromString,
    )
# ANCHOR_END: client


def client():
    with grpc.insecure_channel(address) as channel:
        def call(name, *argument, **options):
            return stub(channel, name)(*argument, timeout=10, **options)

        call("Set", message["Pair"](key="greeting", value="hello"))
        print("get", call("Get", message["Key"](key="greeting")).value)
        print("exists", call("Exists", message["Key"](key="nothing")).is_so)
        print("keys", list(call("Keys", message["Nothing"]()).keys))
        try:
            call("Get", message["Key"](key="nothing"))
        except grpc.RpcError as error:
            print("error", error.code().name, error.details())
        changes = call("Watch", message["Nothing"](), wait_for_ready=True)
        changes.initial_metadata()  # so the server has begun to watch
        call("Set", message["Pair"](key="greeting", value="again"))
        call("Delete", message["Key"](key="greeting"))
        for change in (next(changes), next(changes)):
            print("change", change.key, change.value if change.HasField("value") else None)
        changes.cancel()


def long_status():
    with grpc.insecure_channel(address) as channel:
        try:
            stub(channel, "Get")(message["Key"](key="x" * 20_000), timeout=10)
        except grpc.RpcError as error:
            print(error.code().name, len(error.details()))


def deadline():
    with grpc.insecure_channel(address) as channel:
        try:
            for _ in stub(channel, "Watch")(message["Nothing"](), timeout=0.3):
                pass
        except grpc.RpcError as error:
            print(error.code().name)


def server():
    values = {}

    def get(request, context):
        if request.key not in values:
            context.abort(grpc.StatusCode.NOT_FOUND, f'no key "{request.key}"')
        return message["Value"](value=values[request.key])

    def put(request, context):
        values[request.key] = request.value
        return message["Nothing"]()

    def watch(request, context):
        for key, value in values.items():
            yield message["Change"](key=key, value=value)
        yield message["Change"](key="nothing")

    handlers = {
        "Get": get,
        "Set": put,
        "Delete": lambda request, _: message["Truth"](is_so=values.pop(request.key, None) is not None),
        "Exists": lambda request, _: message["Truth"](is_so=request.key in values),
        "Keys": lambda request, _: message["KeyList"](keys=sorted(values)),
        "Watch": watch,
    }

    def handler(name, function):
        make = (
            grpc.unary_stream_rpc_method_handler
            if name == "Watch"
            else grpc.unary_unary_rpc_method_handler
        )
        return make(
            function,
            request_deserializer=message[service.methods_by_name[name].input_type.name].FromString,
            response_serializer=lambda response: response.SerializeToString(),
        )

    served = grpc.server(futures.ThreadPoolExecutor(4))
    served.add_generic_rpc_handlers([
        grpc.method_handlers_generic_handler(
            "onthewire.kv.KeyValue",
            {name: handler(name, function) for name, function in handlers.items()},
        )
    ])
    host = address.split(":")[0]
    port = served.add_insecure_port(address)
    served.start()
    print(f"Listening at {host}:{port}", flush=True)
    signal.sigwait([signal.SIGINT, signal.SIGTERM])


{"client": client, "server": server, "long-status": long_status, "deadline": deadline}[role]()
