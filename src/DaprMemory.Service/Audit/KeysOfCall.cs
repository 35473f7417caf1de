using DaprMemory.Core.State;

namespace DaprMemory.Service.Audit;

/// <summary>A feature of requests whose reads are written down: the records that a request is about, where its path does not say.</summary>
/// <param name="Keys">The records.</param>
internal sealed record KeysOfCall(IReadOnlyList<RecordKey> Keys);
