using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.Cli.Retrieval;

/// <summary>A turn of a conversation.</summary>
internal sealed record JudgedTurn(string Space, string Session, string Turn, string Speaker, DateTimeOffset At, string Text);

/// <summary>A question of which it is known what answers it.</summary>
/// <param name="Question">The question.</param>
/// <param name="Evidence">The ids of the memories that answer it.</param>
/// <param name="Space">The space it is asked in; null for the one that is meant.</param>
/// <param name="Category">What kind of question it is; null when nobody said.</param>
internal sealed record AskedQuestion(string Question, IReadOnlyList<string> Evidence, string? Space = null, string? Category = null);

/// <summary>Reads files of JSON lines.</summary>
internal static class JudgedData
{
    public const string Turns = "turns.jsonl", Questions = "questions.jsonl";

    /// <exception cref="IOException">The file can't be read, or a line is no turn.</exception>
    public static IReadOnlyList<JudgedTurn> ReadTurns(string path) => Read(path, JudgedJson.Default.JudgedTurn, "turn");

    /// <exception cref="IOException">The file can't be read, or a line is no question with evidence.</exception>
    public static IReadOnlyList<AskedQuestion> ReadQuestions(string path) => Read(path, JudgedJson.Default.AskedQuestion, "question");

    static List<T> Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what)
    {
        var items = new List<T>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                items.Add(JsonSerializer.Deserialize(line, type) ?? throw new JsonException("null"));
            }
            catch (JsonException wrong)
            {
                throw new IOException($"{path}, line {number}: no {what}: {wrong.Message}", wrong);
            }
        }
        return items;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JudgedTurn))]
[JsonSerializable(typeof(AskedQuestion))]
internal sealed partial class JudgedJson : JsonSerializerContext;
