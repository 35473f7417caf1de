using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.Core.Audit;

/// <summary>A request that learned something of a space; never what.</summary>
/// <param name="At">When it was answered.</param>
/// <param name="By">The agent.</param>
/// <param name="Via">How the agent showed who it is; see <see cref="Log.Entry.Via"/>.</param>
/// <param name="Space">The space; empty if it was about the tenant.</param>
/// <param name="Operation">What was asked, such as <c>GET state/{key}</c>.</param>
/// <param name="Keys">The records that it named, or null if it named none.</param>
/// <param name="Status">The answer's HTTP status.</param>
public sealed record ReadRecord(DateTimeOffset At, string By, string? Via, string Space, string Operation, IReadOnlyList<string>? Keys, int Status)
{
    // What JSON puts around it, and the names of the members.
    const int Frame = 120;

    /// <summary>Its JSON text's length, estimated from above; all of it is ASCII.</summary>
    internal int Bytes => Frame + By.Length + (Via?.Length ?? 0) + Space.Length + Operation.Length + (Keys?.Sum(key => key.Length + 3) ?? 0);
}

/// <summary>What one node writes down at a time.</summary>
/// <param name="Reads">The reads, in their order.</param>
/// <param name="Dropped">How many were not written down before these, because too many came.</param>
internal sealed record ReadBatch(IReadOnlyList<ReadRecord> Reads, long Dropped)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReadBatchJson.Default.ReadBatch);

    /// <summary>Reads a batch; null if the text is none.</summary>
    public static ReadBatch? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ReadBatchJson.Default.ReadBatch) is { Reads: not null } batch ? batch : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(ReadBatch))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
internal sealed partial class ReadBatchJson : JsonSerializerContext;
