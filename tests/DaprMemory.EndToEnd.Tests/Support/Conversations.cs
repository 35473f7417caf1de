using System.Text.Json;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>The real conversations that lie beside the project; read from there, never copied.</summary>
static class Conversations
{
    /// <summary>The file of turns; null where the project is checked out without it.</summary>
    public static string? File { get; } = Find();

    /// <summary>Every turn, in the order of the file.</summary>
    public static IReadOnlyList<(string Space, string Session, string Speaker, string At, string Text)> Read() =>
    [
        .. System.IO.File.ReadLines(File!).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            string Text(string name) => json.RootElement.GetProperty(name).GetString()!;
            return (Text("space"), Text("session"), Text("speaker"), Text("at"), Text("text"));
        }),
    ];

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", "locomo-dev", "turns.jsonl");
            if (System.IO.File.Exists(file))
                return file;
        }
        return null;
    }
}

/// <summary>A test that needs <see cref="Conversations"/>; skipped, and counted so, where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ConversationsFactAttribute : FactAttribute
{
    public ConversationsFactAttribute()
    {
        if (Conversations.File is null)
            Skip = "the conversations (shared/data/locomo-dev/turns.jsonl) do not lie beside the project";
    }
}
