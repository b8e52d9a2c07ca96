"""What the pages of this chapter say of pika, shown. It is given the address of RabbitMQ."""

import contextlib
import sys

from claims import package, raises

HOST, _, PORT = sys.argv[2].rpartition(":")


@contextlib.contextmanager
def _channel(**settings):
    pika = package("pika")
    parameters = pika.ConnectionParameters(HOST, int(PORT), **settings)
    connection = pika.BlockingConnection(parameters)
    channel = connection.channel()
    yield pika, channel
    if connection.is_open:
        connection.close()


def _queue(channel, **settings):
    return channel.queue_declare("", exclusive=True, **settings).method.queue


def a_job_is_sent_taken_and_acknowledged():
    with _channel() as (pika, channel):
        jobs = _queue(channel)
        channel.confirm_delivery()
        persistent = pika.BasicProperties(delivery_mode=2)
        channel.basic_publish("", jobs, b"a job", persistent)
        taken = []

        def work(channel, method, properties, body):
            taken.append((body, properties.delivery_mode))
            channel.basic_ack(method.delivery_tag)
            channel.stop_consuming()

        channel.basic_qos(prefetch_count=1)
        channel.basic_consume(jobs, work)
        channel.start_consuming()
        assert taken == [(b"a job", 2)]


def a_durable_queue_is_asked_for():
    with _channel() as (pika, channel):
        channel.queue_declare("from_python", durable=True)
        # Not the same queue: it is refused, which shows that it is durable.
        raises(
            pika.exceptions.ChannelClosedByBroker,
            channel.queue_declare,
            "from_python",
            durable=False,
        )
    with _channel() as (pika, channel):
        channel.queue_delete("from_python")


def prefetch_is_how_much_one_may_hold():
    with _channel() as (pika, channel):
        jobs = _queue(channel)
        channel.basic_qos(prefetch_count=1)
        for job in (b"one", b"two"):
            channel.basic_publish("", jobs, job)
        held = []

        def hold(channel, method, properties, body):
            held.append(body)

        channel.basic_consume(jobs, hold)
        while not held:
            channel.connection.process_data_events(10)
        channel.connection.process_data_events(0.2)
        assert held == [b"one"]


def a_message_that_no_queue_takes_is_an_unroutable_error_with_confirms():
    with _channel() as (pika, channel):
        channel.confirm_delivery()
        raises(
            pika.exceptions.UnroutableError,
            channel.basic_publish,
            "",
            "no such queue",
            b"a job",
            mandatory=True,
        )


def nack_and_reject_give_a_message_back():
    with _channel() as (pika, channel):
        jobs = _queue(channel)
        channel.basic_publish("", jobs, b"a job")
        for give_back in (channel.basic_nack, channel.basic_reject):
            method, _, body = _next(channel, jobs)
            assert body == b"a job"
            give_back(method.delivery_tag, requeue=True)
        method, _, _ = _next(channel, jobs)
        assert method.redelivered


def _next(channel, jobs):
    while True:
        found = channel.basic_get(jobs)
        if found[0]:
            return found


def auto_ack_is_at_most_once():
    with _channel() as (pika, channel):
        jobs = _queue(channel)
        channel.basic_publish("", jobs, b"a job")
        taken = []
        channel.basic_consume(jobs, lambda *arguments: taken.append(arguments), auto_ack=True)
        while not taken:
            channel.connection.process_data_events(10)
        channel.cancel()
        # Whatever becomes of the work now, the broker has forgotten it.
        assert channel.queue_declare(jobs, passive=True).method.message_count == 0


def a_callback_that_works_for_long_blocks_the_heartbeats():
    with _channel() as (_, other), _channel(heartbeat=1) as (pika, channel):
        jobs = other.queue_declare("").method.queue
        channel.basic_publish("", jobs, b"a job")

        def work(channel, method, properties, body):
            # Until the broker has given up this connection, and has the job again.
            while not other.queue_declare(jobs, passive=True).method.message_count:
                other.connection.process_data_events(0.1)
            channel.basic_ack(method.delivery_tag)
            channel.connection.process_data_events(1)

        channel.basic_consume(jobs, work)
        raises(pika.exceptions.AMQPConnectionError, channel.start_consuming)
        other.queue_delete(jobs)
