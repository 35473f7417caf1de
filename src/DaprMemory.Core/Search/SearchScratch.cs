namespace DaprMemory.Core.Search;

/// <summary>What a search reckons with, kept from one to the next. All is zero between two searches.</summary>
internal sealed class SearchScratch
{
    readonly List<int> _candidates = [];
    readonly List<int> _conversations = [];
    float[] _words = [];
    bool[] _isCandidate = [];
    float[] _conversationWords = [];

    /// <summary>How often the term at hand stands in a slot, in 256ths.</summary>
    public Tally Times { get; } = new();

    /// <summary>How often the term at hand stands in a conversation.</summary>
    public Tally ConversationTimes { get; } = new();

    /// <summary>The slots that may answer.</summary>
    public IReadOnlyList<int> Candidates => _candidates;

    /// <summary>For each slot: how near its vector is. Only what this search has written counts.</summary>
    public float[] Nearness { get; private set; } = [];

    /// <summary>For each slot: how well its words, and those lent to it, fit.</summary>
    public ReadOnlySpan<float> Words => _words;

    /// <summary>For each conversation: how well its words fit.</summary>
    public ReadOnlySpan<float> ConversationWords => _conversationWords;

    public void Grow(int slots, int conversations)
    {
        Times.Grow(slots);
        ConversationTimes.Grow(conversations);
        if (_words.Length < slots)
        {
            var size = Math.Max(slots, _words.Length * 2);
            (_words, _isCandidate, Nearness) = (new float[size], new bool[size], new float[size]);
        }
        if (_conversationWords.Length < conversations)
            _conversationWords = new float[Math.Max(conversations, _conversationWords.Length * 2)];
    }

    public bool IsCandidate(int slot) => _isCandidate[slot];

    public void AddCandidate(int slot)
    {
        if (_isCandidate[slot])
            return;
        _isCandidate[slot] = true;
        _candidates.Add(slot);
    }

    public void AddWords(int slot, float fit)
    {
        AddCandidate(slot);
        _words[slot] += fit;
    }

    public void AddConversation(int number, float fit)
    {
        if (_conversationWords[number] == 0)
            _conversations.Add(number);
        _conversationWords[number] += fit;
    }

    public void Clear()
    {
        foreach (var slot in _candidates)
            (_words[slot], _isCandidate[slot]) = (0, false);
        foreach (var number in _conversations)
            _conversationWords[number] = 0;
        _candidates.Clear();
        _conversations.Clear();
    }
}
