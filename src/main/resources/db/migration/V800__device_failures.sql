-- GPUs that failed under a worker: one that does so again is left out by the workers of its machine.
create table device_failure (
    id        bigint      generated always as identity primary key,
    host      text        not null,
    -- What CUDA_VISIBLE_DEVICES and NVIDIA_VISIBLE_DEVICES were, with a slash between the two: under other values the same name is
    -- another card. Empty without either.
    visible   text        not null,
    device    text        not null,
    worker    text        not null,
    message   text        not null,
    failed_at timestamptz not null default clock_timestamp()
);

create index device_failure_of_host on device_failure (host, failed_at);
