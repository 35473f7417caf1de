using System.Runtime.InteropServices;

namespace DaprMemory.Core.Search;

/// <summary>The memories of an index by slot, who stands beside whom, and how many words each has with those that its neighbours lend.</summary>
internal sealed class MemoryTable(NeighbourWeights weights)
{
    const int None = -1;

    readonly Dictionary<string, IndexedMemory> _byId = new(StringComparer.Ordinal);
    readonly Dictionary<string, Conversation> _bySession = new(StringComparer.Ordinal);
    readonly Stack<int> _freeSlots = new();
    readonly Stack<int> _freeNumbers = new();
    IndexedMemory?[] _memories = [];
    int[] _before = [];
    int[] _behind = [];
    int[] _conversations = [];
    int[] _words = [];
    Conversation?[] _byNumber = [];

    public int Count => _byId.Count;

    /// <summary>One more than the highest slot in use so far.</summary>
    public int Slots { get; private set; }

    /// <summary>One more than the highest number of a conversation so far.</summary>
    public int Numbers { get; private set; }

    public int Conversations => _bySession.Count;

    /// <summary>The words of all memories with what their neighbours lend them, in 256ths.</summary>
    public long TotalWords { get; private set; }

    /// <summary>The words of all conversations.</summary>
    public long TotalConversationWords { get; private set; }

    public ReadOnlySpan<IndexedMemory?> Memories => _memories.AsSpan(0, Slots);

    /// <summary>The slot of the turn before, or -1.</summary>
    public ReadOnlySpan<int> Before => _before.AsSpan(0, Slots);

    /// <summary>The slot of the turn behind, or -1.</summary>
    public ReadOnlySpan<int> Behind => _behind.AsSpan(0, Slots);

    /// <summary>The number of the conversation, or -1.</summary>
    public ReadOnlySpan<int> ConversationOf => _conversations.AsSpan(0, Slots);

    /// <summary>The words of a memory with what its neighbours lend it, in 256ths.</summary>
    public ReadOnlySpan<int> Words => _words.AsSpan(0, Slots);

    public Conversation GetConversation(int number) => _byNumber[number]!;

    public Conversation? FindConversation(string session) => _bySession.GetValueOrDefault(session);

    public IndexedMemory? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The turns that lend a memory their words.</summary>
    public IEnumerable<IndexedMemory> Neighbours(IndexedMemory memory) =>
        Neighbours(_before, memory.Slot, weights.Before).Concat(Neighbours(_behind, memory.Slot, weights.Behind));

    public void Add(IndexedMemory memory)
    {
        memory.Slot = TakeSlot();
        _memories[memory.Slot] = memory;
        _byId.Add(memory.Document.Id, memory);
        if (memory.Document.Session is { } session)
            Join(memory, session);
        CountWords(memory.Slot);
    }

    public void Remove(IndexedMemory memory)
    {
        var slot = memory.Slot;
        TotalWords -= _words[slot];
        _words[slot] = 0;
        if (memory.Conversation is not null)
            Leave(memory);
        _byId.Remove(memory.Document.Id);
        _memories[slot] = null;
        _freeSlots.Push(slot);
    }

    int TakeSlot()
    {
        if (!_freeSlots.TryPop(out var slot))
        {
            slot = Slots++;
            if (slot == _memories.Length)
            {
                var size = Math.Max(64, slot * 2);
                Array.Resize(ref _memories, size);
                Array.Resize(ref _before, size);
                Array.Resize(ref _behind, size);
                Array.Resize(ref _conversations, size);
                Array.Resize(ref _words, size);
            }
        }
        (_before[slot], _behind[slot], _conversations[slot]) = (None, None, None);
        return slot;
    }

    void Join(IndexedMemory memory, string session)
    {
        ref var conversation = ref CollectionsMarshal.GetValueRefOrAddDefault(_bySession, session, out _);
        conversation ??= NewConversation(session);
        memory.Conversation = conversation;
        _conversations[memory.Slot] = conversation.Number;
        TotalConversationWords += memory.Words;
        var place = conversation.Add(memory);
        if (place < 0)
            return;
        var turns = conversation.Turns;
        Link(place > 0 ? turns[place - 1].Slot : None, memory.Slot);
        Link(memory.Slot, place + 1 < turns.Count ? turns[place + 1].Slot : None);
        CountAround(conversation, place);
    }

    void Leave(IndexedMemory memory)
    {
        var conversation = memory.Conversation!;
        memory.Conversation = null;
        TotalConversationWords -= memory.Words;
        var place = conversation.Remove(memory);
        if (place >= 0)
        {
            Link(_before[memory.Slot], _behind[memory.Slot]);
            CountAround(conversation, place);
        }
        if (conversation.Slots.Count > 0)
            return;
        _bySession.Remove(conversation.Session);
        _byNumber[conversation.Number] = null;
        _freeNumbers.Push(conversation.Number);
    }

    Conversation NewConversation(string session)
    {
        if (!_freeNumbers.TryPop(out var number))
        {
            number = Numbers++;
            if (number == _byNumber.Length)
                Array.Resize(ref _byNumber, Math.Max(16, number * 2));
        }
        return _byNumber[number] = new Conversation(session, number);
    }

    void Link(int before, int behind)
    {
        if (before != None)
            _behind[before] = behind;
        if (behind != None)
            _before[behind] = before;
    }

    void CountAround(Conversation conversation, int place)
    {
        var last = Math.Min(conversation.Turns.Count - 1, place + weights.Reach);
        for (var i = Math.Max(0, place - weights.Reach); i <= last; i++)
            CountWords(conversation.Turns[i].Slot);
    }

    void CountWords(int slot)
    {
        var words = _memories[slot]!.Words * NeighbourWeights.Own + Lent(_before, slot, weights.Before) + Lent(_behind, slot, weights.Behind);
        TotalWords += words - _words[slot];
        _words[slot] = words;
    }

    int Lent(int[] side, int slot, int[] shares)
    {
        var words = 0;
        var neighbour = side[slot];
        for (var i = 0; i < shares.Length && neighbour != None; i++, neighbour = side[neighbour])
            words += _memories[neighbour]!.Words * shares[i];
        return words;
    }

    IEnumerable<IndexedMemory> Neighbours(int[] side, int slot, int[] shares)
    {
        slot = side[slot];
        for (var i = 0; i < shares.Length && slot != None; i++, slot = side[slot])
        {
            if (shares[i] > 0)
                yield return _memories[slot]!;
        }
    }
}
