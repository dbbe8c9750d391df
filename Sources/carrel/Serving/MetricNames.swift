/// `# HELP` texts of all metrics; `docs/operations.md` lists the same names.
enum MetricNames {
    static let help: [String: String] = [
        "carrel_requests_total": "MCP requests answered, by method or tool and outcome.",
        "carrel_request_duration_seconds": "Duration of MCP requests, by method or tool.",
        "carrel_http_responses_total": "HTTP responses, by route and status.",
        "carrel_authentication_failures_total": "Requests whose token was missing or refused, by reason.",
        "carrel_unauthorized_attempts_total": "Requests that the token's scopes or folders do not allow.",
        "carrel_paths_rejected_total": "Rejected note paths.",
        "carrel_path_traversal_attempts_total": "Note paths that led out of the vault.",
        "carrel_session_hijack_attempts_total": "Requests with another user's session id.",
        "carrel_rate_limited_total": "Requests over a limit, by limit.",
        "carrel_audit_events_total": "Audit events, by name.",
        "carrel_audit_events_dropped_total": "Audit events that are in the log only.",
        "carrel_usage_dropped_total": "Requests missing from a day's usage.",
        "carrel_log_lines_dropped_total": "Log lines dropped because output was too slow.",
        "carrel_redis_command_duration_seconds": "Time from sending a command to its reply.",
        "carrel_redis_errors_total": "Failed commands, by reason.",
        "carrel_redis_connections": "Open connections to Redis.",
        "carrel_index_duration_seconds":
            "Duration of vault operations, including file access and waiting for the lock.",
        "carrel_index_rebuilds_total": "Indexes rebuilt from the notes because they were damaged.",
        "carrel_vault_size_bytes": "Vault sizes, sampled on writes, at most once a minute per vault.",
        "carrel_active_users": "Users seen today (UTC) across all workers.",
        "carrel_open_connections": "Open HTTP connections.",
        "carrel_ready": "1 while the worker is ready for requests.",
        "carrel_build_info": "1, with the version.",
        "process_cpu_seconds_total": "CPU time in user and system mode.",
        "process_resident_memory_bytes": "Resident memory.",
        "process_open_fds": "Open file descriptors.",
        "process_max_fds": "Limit of open file descriptors.",
        "process_start_time_seconds": "Start time of the process, in seconds since 1970.",
    ]
}
