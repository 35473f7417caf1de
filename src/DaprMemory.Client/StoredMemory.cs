using System.Text.Json.Serialization;
using DaprMemory.Client.Transport;
using DaprMemory.Core.Memories;
using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>A memory that was read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ETag">The place of its last change.</param>
/// <param name="Memory">What is remembered.</param>
/// <param name="ExpiresAt">When it ceases to exist, if ever.</param>
public sealed record StoredMemory(
    string Id, [property: JsonConverter(typeof(ETagConverter))] ETag ETag, Memory Memory, DateTimeOffset? ExpiresAt = null);
