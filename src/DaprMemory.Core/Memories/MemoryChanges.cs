using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Memories;

/// <summary>What commits do to memories, as an index sees it.</summary>
internal static class MemoryChanges
{
    /// <summary>The memories that a commit changes, in order; those without a document are gone.</summary>
    public static List<(string Id, MemoryDocument? Document)> Of(Commit commit)
    {
        var changes = new List<(string, MemoryDocument?)>();
        for (var i = 0; i < commit.Entries.Count; i++)
        {
            foreach (var change in commit.Entries[i].Changes)
            {
                if (change.Key.Kind == RecordKind.Memory)
                    changes.Add((change.Key.Key, DocumentOf(change, new ETag(commit.Number, i))));
            }
        }
        return changes;
    }

    static MemoryDocument? DocumentOf(Change change, ETag etag)
    {
        if (change.Content?.Json is not { } json)
            return null;
        try
        {
            return MemoryCodec.Decode(json.Span).ToDocument(change.Key.Key, new RecordInfo(etag, change.ExpiresAt, change.Tags));
        }
        catch (FormatException)
        {
            CoreInstruments.UnreadableMemories.Add(1);
            return null;
        }
    }
}
