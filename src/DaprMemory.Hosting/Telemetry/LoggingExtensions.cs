using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace DaprMemory.Hosting.Telemetry;

/// <summary>Logs on the console: for people in a terminal, as one JSON object a line where something else reads them.</summary>
internal static class LoggingExtensions
{
    static readonly Dictionary<string, string?> DefaultLevels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",
        // It logs an error for every probe of a service that is not ready; the probe's answer says it already.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Critical",
    };

    public static void AddMemoryLogging(this ILoggingBuilder logging, IConfigurationBuilder configuration, bool isRead)
    {
        // First, so that every other source of configuration has the last word.
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        logging.ClearProviders();
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
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
}
