using System.Text.Json;
using DaprMemory.Hosting.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Tests.Telemetry;

/// <summary>Alone, because the console is the process'.</summary>
[CollectionDefinition(nameof(LoggingTests), DisableParallelization = true)]
public sealed class AloneOnTheConsole;

[Collection(nameof(LoggingTests))]
public sealed partial class LoggingTests
{
    [Fact]
    public void Log_that_is_piped_is_one_JSON_object_a_line()
    {
        var line = Log(isRead: false).ShouldHaveSingleItem();

        var entry = JsonDocument.Parse(line).RootElement;
        entry.GetProperty("LogLevel").GetString().ShouldBe("Warning");
        entry.GetProperty("Category").GetString().ShouldBe("DaprMemory.Test");
        entry.GetProperty("Message").GetString().ShouldBe("space t/s has \"odd\"\nlines");
        entry.GetProperty("State").GetProperty("Space").GetString().ShouldBe("t/s");
        entry.GetProperty("Timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Log_in_a_terminal_is_a_line_for_people()
    {
        var line = Log(isRead: true).ShouldHaveSingleItem();

        line.ShouldContain("DaprMemory.Test[2] space t/s has \"odd\" lines");
    }

    [Fact]
    public void Levels_of_the_configuration_have_the_last_word()
    {
        Log(isRead: false, ("Logging:LogLevel:DaprMemory", "Error")).ShouldBeEmpty();
        Log(isRead: false, ("Logging:LogLevel:Microsoft.AspNetCore", "Information")).Length.ShouldBe(2);
    }

    static string[] Log(bool isRead, params (string Key, string Value)[] settings)
    {
        var before = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            var configuration = new ConfigurationManager();
            foreach (var (key, value) in settings)
                configuration[key] = value;
            // Disposing the container is what writes the last lines.
            using (var services = new ServiceCollection()
                .AddLogging(logging =>
                {
                    logging.AddConfiguration(configuration.GetSection("Logging"));
                    logging.AddMemoryLogging(isRead);
                })
                .BuildServiceProvider())
            {
                var factory = services.GetRequiredService<ILoggerFactory>();
                LogRouting(factory.CreateLogger("Microsoft.AspNetCore.Routing"));
                LogSpace(factory.CreateLogger("DaprMemory.Test"), "t/s");
            }
        }
        finally
        {
            Console.SetOut(before);
        }
        return written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [LoggerMessage(1, LogLevel.Information, "too much for the default")]
    static partial void LogRouting(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "space {Space} has \"odd\"\nlines")]
    static partial void LogSpace(ILogger logger, string space);
}
