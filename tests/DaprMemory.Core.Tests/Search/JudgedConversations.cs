using System.Text.Json;
using DaprMemory.Core.Search;
using DaprMemory.Core.State;
using DaprMemory.Core.Tests.Embeddings;

namespace DaprMemory.Core.Tests.Search;

/// <summary>The real conversations that lie beside the project, with questions of which it is known what answers them; read from there, never copied.</summary>
internal static class JudgedConversations
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The folder; null where the project is checked out without it.</summary>
    public static string? Folder { get; } = Find();

    public static ILookup<string, Question> Questions() => Read<Question>("questions.jsonl").ToLookup(q => q.Space);

    /// <summary>An index for each conversation, with the vectors of a model if there is one.</summary>
    public static Dictionary<string, MemoryIndex> Indexes(SearchOptions options, Func<string, float[]>? encode = null)
    {
        var indexes = new Dictionary<string, MemoryIndex>(StringComparer.Ordinal);
        foreach (var turn in Read<TurnLine>("turns.jsonl"))
        {
            if (!indexes.TryGetValue(turn.Space, out var index))
                indexes.Add(turn.Space, index = new MemoryIndex(options));
            // A turn's id ends in its number.
            var number = long.Parse(turn.Turn.AsSpan(turn.Turn.IndexOf(':', StringComparison.Ordinal) + 1), null);
            index.Put(new MemoryDocument(turn.Turn, new ETag(1, 0), turn.Text, turn.Speaker, turn.At) { Session = turn.Session, Turn = number });
            if (encode is not null)
                index.SetVector(turn.Turn, turn.Text, encode(turn.Text));
        }
        return indexes;
    }

    static IEnumerable<T> Read<T>(string file) => File.ReadLines(Path.Combine(Folder!, file)).Select(line => JsonSerializer.Deserialize<T>(line, Json)!);

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data", "locomo-dev");
            if (Directory.Exists(data))
                return data;
        }
        return null;
    }

    public sealed record Question(string Space, [property: System.Text.Json.Serialization.JsonPropertyName("question")] string Text, string[] Evidence, string Category);

    sealed record TurnLine(string Space, string Session, string Turn, string Speaker, DateTimeOffset At, string Text);
}

/// <summary>A test that needs <see cref="JudgedConversations"/>; skipped, and counted so, where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class JudgedConversationsFactAttribute : FactAttribute
{
    public JudgedConversationsFactAttribute(bool withModel = false)
    {
        if (JudgedConversations.Folder is null)
            Skip = "the conversations (shared/data/locomo-dev) do not lie beside the project";
        else if (withModel)
            Skip = new ModelFactAttribute().Skip;
    }
}
