using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Telemetry;

/// <summary>Logs on the console: for people in a terminal, as one JSON object a line where something else reads them.</summary>
internal static class LoggingExtensions
{
    static readonly LoggerFilterRule[] DefaultRules =
    [
        Rule("Microsoft.AspNetCore", LogLevel.Warning),
        Rule("System.Net.Http", LogLevel.Warning),
        Rule("Yarp", LogLevel.Warning),
        // It logs an error for every probe of a service that is not ready; the probe's answer says it already.
        Rule("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical),
    ];

    public static void AddMemoryLogging(this ILoggingBuilder logging, bool isRead)
    {
        logging.ClearProviders();
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        // Of rules for the same category the last one counts: in front, these leave the last word to the configuration.
        logging.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            foreach (var rule in DefaultRules)
                options.Rules.Insert(0, rule);
        });
        if (isRead)
            logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.TimestampFormat = "HH:mm:ss ";
            });
        else
            logging.AddJsonConsole(options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
    }

    static LoggerFilterRule Rule(string category, LogLevel level) => new(null, category, level, null);
}
