using System.Text.Json;

namespace DaprMemory.Checker.History;

/// <summary>Histories as JSON Lines, so that one that failed can be kept and checked again.</summary>
public static class HistoryFile
{
    /// <summary>Writes a history: a header, then a line for each operation, final read and log entry.</summary>
    public static async Task SaveAsync(RecordedHistory history, TextWriter writer)
    {
        await WriteAsync(new HistoryLine(Header: new HistoryHeader(history.Seed, history.Log is not null))).ConfigureAwait(false);
        foreach (var operation in history.Operations)
            await WriteAsync(new HistoryLine(Op: operation)).ConfigureAwait(false);
        foreach (var operation in history.Final)
            await WriteAsync(new HistoryLine(Final: operation)).ConfigureAwait(false);
        foreach (var entry in history.Log ?? [])
            await WriteAsync(new HistoryLine(Log: entry)).ConfigureAwait(false);

        Task WriteAsync(HistoryLine line) => writer.WriteLineAsync(JsonSerializer.Serialize(line, HistoryJsonContext.Default.HistoryLine));
    }

    /// <summary>Reads what <see cref="SaveAsync"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A line is not of a history; the message has its number.</exception>
    public static async Task<RecordedHistory> LoadAsync(TextReader reader, CancellationToken cancellationToken = default)
    {
        var header = new HistoryHeader(0, false);
        List<Operation> operations = [], final = [];
        List<LogEntry> log = [];
        for (var number = 1; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } text; number++)
        {
            switch (Parse(text, number))
            {
                case { Header: { } it }: header = it; break;
                case { Op: { } it }: operations.Add(it); break;
                case { Final: { } it }: final.Add(it); break;
                case { Log: { } it }: log.Add(it); break;
                default: throw new InvalidDataException($"Line {number} holds nothing of a history.");
            }
        }
        return new RecordedHistory { Seed = header.Seed, Operations = operations, Final = final, Log = header.HasLog ? log : null };
    }

    static HistoryLine? Parse(string text, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(text, HistoryJsonContext.Default.HistoryLine);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Line {number} is not of a history: {e.Message}", e);
        }
    }
}
